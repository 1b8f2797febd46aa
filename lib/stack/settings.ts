/**
 * What a server is configured with: postgresql.conf and what it includes, then its command line.
 *
 * @module
 */
import type { Argument } from "./command_line.ts";
import { ConfigurationError, parseConfiguration } from "./configuration_file.ts";
import type { ContainerFiles } from "./container_files.ts";
import { type ConfigurationSource, included, isInclude } from "./include.ts";
import type { Setting } from "./model.ts";
import type { Reading } from "./reading.ts";
import { mistake, type Place, type SourceFile } from "./source_file.ts";

/** The setting that counts: the last of its name, in any case; undefined when there is none. */
export function effectiveSetting(settings: readonly Setting[], name: string): Setting | undefined {
  return settings.findLast((setting) => setting.name.toLowerCase() === name.toLowerCase());
}

/** The settings a command line makes. */
export function commandLineSettings(found: readonly Argument[]): Setting[] {
  return found.map(({ name, value }) => ({ name, value, source: { file: "command line" } }));
}

/**
 * Finds a configuration file: where a setting says, else where a mount puts one of that name.
 * `place` is where the stack says so.
 * @throws {StackError} when the stack names a file that does not exist.
 */
export async function findConfiguration(
  reading: Reading,
  files: ContainerFiles,
  wish: { name: string; setting: Setting | undefined; place: Place },
): Promise<ConfigurationSource | undefined> {
  const { name, setting, place } = wish;
  let path = setting?.value;
  if (path === undefined) {
    const [first, second] = files.mountsNamed(name);
    path = first?.target ?? `/etc/postgresql/${name}`;
    if (second) {
      reading.note(place, `several mounts bring a ${name}: the one at ${path} is taken`);
    }
  }
  path = files.absolute(path);
  const host = files.hostPath(path);
  if (host === undefined) {
    if (setting) {
      reading.note(place, `${setting.name} ${path} is not in a bind mount: it is not read`);
    }
    return undefined;
  }
  const file = await reading.open(host);
  if (file) return { path, file, depth: 0 };
  // A directory at /etc/postgresql need not hold both files.
  if (!setting && files.mountsNamed(name).length === 0) return undefined;
  throw mistake(place, {
    message: `the file ${reading.shownAs(host)} does not exist`,
    hint: `it is what the server finds as ${path}`,
    code: "unreadable",
  });
}

/**
 * The settings of a file and of what it includes, in the order the server applies them.
 * @throws {StackError} at the first line the server would refuse.
 */
export async function readSettings(
  reading: Reading,
  files: ContainerFiles,
  source: ConfigurationSource,
): Promise<Setting[]> {
  const { file } = source;
  const settings: Setting[] = [];
  for (
    const { name, value, line } of parsed(file, parseConfiguration, "the server refuses this line")
  ) {
    if (!isInclude(name)) {
      settings.push({ name, value, source: { file: file.name, line } });
      continue;
    }
    const place = { file, offset: file.lineStart(line) };
    const include = { directive: name, target: value, place, from: source };
    for (const inner of await included(reading, files, include)) {
      settings.push(...await readSettings(reading, files, inner));
    }
  }
  return settings;
}

/**
 * What a parser makes of a file.
 * @throws {StackError} at the first line that it refuses.
 */
export function parsed<T>(file: SourceFile, parse: (text: string) => T, hint: string): T {
  try {
    return parse(file.text);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw mistake({ file, offset: error.offset }, { message: error.message, hint });
  }
}
