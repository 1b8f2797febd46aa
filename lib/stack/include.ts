/**
 * `include`, `include_if_exists` and `include_dir` of the server's configuration files; they mean
 * the same in postgresql.conf and pg_hba.conf.
 * Source: https://www.postgresql.org/docs/current/config-setting.html#CONFIG-INCLUDES
 *
 * @module
 */
import { posix } from "node:path";
import type { ContainerFiles } from "./container_files.ts";
import type { Reading } from "./reading.ts";
import { mistake, type Place, type SourceFile } from "./source_file.ts";

/** `CONF_FILE_MAX_DEPTH` of src/include/utils/conffiles.h. */
const depthMax = 10;

/** A configuration file under its path in the container. */
export interface ConfigurationSource {
  path: string;
  file: SourceFile;
  /** How many includes led to it. */
  depth: number;
}

/** Whether a word is one of the include directives. */
export function isInclude(word: string): boolean {
  return /^include(?:_if_exists|_dir)?$/i.test(word);
}

/**
 * The files that an include at a place brings in, in order. What only the image has is noted.
 * @throws {StackError} when a file that must exist does not, or includes never end.
 */
export async function included(
  reading: Reading,
  files: ContainerFiles,
  include: { directive: string; target: string; place: Place; from: ConfigurationSource },
): Promise<ConfigurationSource[]> {
  const { target, place, from } = include;
  const directive = include.directive.toLowerCase();
  if (from.depth >= depthMax) {
    throw mistake(place, { message: `includes are nested deeper than ${depthMax} files` });
  }
  const path = posix.resolve(posix.dirname(from.path), target);
  let paths = [path];
  if (directive === "include_dir") {
    const names = await files.list(path);
    if (!names) {
      reading.note(place, `${path} is not in a bind mount: what it includes is not read`);
      return [];
    }
    paths = names.filter((name) => name.endsWith(".conf") && !name.startsWith("."))
      .map((name) => posix.join(path, name));
  }
  const found: ConfigurationSource[] = [];
  for (const one of paths) {
    const host = files.hostPath(one);
    if (host === undefined) {
      reading.note(place, `${one} is not in a bind mount: what it includes is not read`);
      continue;
    }
    const file = await reading.open(host);
    if (file) found.push({ path: one, file, depth: from.depth + 1 });
    else if (directive !== "include_if_exists") {
      throw mistake(place, {
        message: `the included file ${reading.shownAs(host)} does not exist`,
        code: "unreadable",
      });
    }
  }
  return found;
}
