/**
 * A service of the compose file with everything it says brought into one form.
 *
 * @module
 */
import { resolve } from "node:path";
import { CommandError, splitCommand } from "./command_line.ts";
import { readEnvFile } from "./env_file.ts";
import type { Mount, PortMapping } from "./model.ts";
import { MountError, parseTmpfs, parseVolume, uniqueMounts } from "./mounts.ts";
import { parsePort, PortError, uniquePorts } from "./ports.ts";
import type { Reading } from "./reading.ts";
import type { ComposeFile, Service } from "./schema.ts";
import { mistake, type Place } from "./source_file.ts";
import { nearest } from "../scenario/nearest.ts";
import { entriesOf, type Mapping, type Path, placeAt } from "./tree.ts";

/** One service, read. */
export interface ReadService {
  name: string;
  image: string | undefined;
  /** Whether the image is built from sources. */
  isBuilt: boolean;
  environment: Record<string, string>;
  command: string[];
  entrypoint: string[];
  ports: PortMapping[];
  mounts: Mount[];
  networks: string[];
  /** Names by which other containers reach it. */
  hosts: string[];
  /** Where a part of it stands. */
  place(...path: Path): Place;
}

/** A compose file with what its parts are read against. */
export interface ComposeSource {
  reading: Reading;
  tree: Mapping;
  file: ComposeFile;
}

/**
 * Reads one service.
 * @throws {StackError}
 */
export async function readService(source: ComposeSource, name: string): Promise<ReadService> {
  const service = source.file.services[name]!;
  const place = (...path: Path) => placeAt(source.tree, ["services", name, ...path]);
  const networks = networksOf(source, service, place);
  const aliases = Object.values(service.networks ?? {}).flatMap((one) => one?.aliases ?? []);
  const { container_name, hostname } = service;
  return {
    name,
    image: service.image,
    isBuilt: service.build !== undefined,
    environment: await environmentOf(source.reading, service, place),
    command: commandOf(service.command, place("command")),
    entrypoint: commandOf(service.entrypoint, place("entrypoint")),
    ports: portsOf(service, place),
    mounts: mountsOf(source, service, place),
    networks,
    hosts: [name, container_name, hostname, ...aliases].filter((host) => host !== undefined),
    place,
  };
}

type PlaceOf = (...path: Path) => Place;

/** What is said under `environment` wins over files, a later file over an earlier one. */
async function environmentOf(
  reading: Reading,
  service: Service,
  place: PlaceOf,
): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const [index, wish] of (service.env_file ?? []).entries()) {
    const at = place("env_file", index);
    const { path, required } = typeof wish === "string" ? { path: wish, required: true } : wish;
    const file = await reading.open(resolve(at.file.base, path));
    if (!file && required !== false) {
      throw mistake(at, { message: `the file ${path} does not exist`, code: "unreadable" });
    }
    if (file) Object.assign(all, readEnvFile(file, reading.environment));
  }
  for (const [name, value] of Object.entries(service.environment ?? {})) {
    // A name alone is handed through from the environment of Compose.
    const text = value === null ? reading.environment[name] : String(value);
    if (text === undefined) delete all[name];
    else all[name] = text;
  }
  return all;
}

function commandOf(command: Service["command"], place: Place): string[] {
  if (typeof command !== "string") return (command ?? []).map(String);
  try {
    return splitCommand(command);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw mistake(place, { message: error.message });
  }
}

function portsOf(service: Service, place: PlaceOf): PortMapping[] {
  const ports = (service.ports ?? []).flatMap((port, index) => {
    try {
      return parsePort(port);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      throw mistake(place("ports", index), { message: error.message });
    }
  });
  return uniquePorts(ports);
}

function mountsOf(source: ComposeSource, service: Service, place: PlaceOf): Mount[] {
  const { file, reading } = source;
  const mounts: Mount[] = [];
  const add = (path: Path, parse: (base: string) => Mount | undefined) => {
    const at = place(...path);
    try {
      const mount = parse(at.file.base);
      if (mount) mounts.push(mount);
      else reading.note(at, "this type of mount is not read");
      if (mount?.type === "volume" && mount.source !== undefined) {
        known(at, "volume", mount.source, file.volumes ?? {});
      }
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      throw mistake(at, { message: error.message });
    }
  };
  for (const [index, volume] of (service.volumes ?? []).entries()) {
    add(["volumes", index], (base) => parseVolume(volume, base));
  }
  for (const [index, text] of (service.tmpfs ?? []).entries()) {
    add(["tmpfs", index], () => parseTmpfs(text));
  }
  return uniqueMounts([...mounts, ...references(source, service, place)]);
}

/**
 * Configs and secrets, which Compose mounts from files of the host, read-only.
 * Source: https://docs.docker.com/reference/compose-file/services/#secrets
 */
function references(source: ComposeSource, service: Service, place: PlaceOf): Mount[] {
  const { file, reading, tree } = source;
  const kinds = [
    { key: "configs", word: "config", folder: "/" },
    { key: "secrets", word: "secret", folder: "/run/secrets/" },
  ] as const;
  return kinds.flatMap(({ key, word, folder }) =>
    (service[key] ?? []).flatMap((wish, index): Mount[] => {
      const at = place(key, index);
      const { source: name, target = name } = typeof wish === "string"
        ? { source: wish, target: undefined }
        : wish;
      known(at, word, name, file[key] ?? {});
      const path = file[key]?.[name]?.file;
      if (path === undefined) {
        reading.note(at, `the ${word} ${name} does not come from a file: it is not read`);
        return [];
      }
      const { base } = placeAt(tree, [key, name, "file"]).file;
      const full = target.startsWith("/") ? target : folder + target;
      return [{ type: "bind", source: resolve(base, path), target: full, readOnly: true }];
    })
  );
}

function networksOf(source: ComposeSource, service: Service, place: PlaceOf): string[] {
  if (service.network_mode !== undefined) return [];
  const names = Object.keys(service.networks ?? {});
  if (names.length === 0) return ["default"];
  for (const name of names) {
    if (name !== "default") {
      known(place("networks", name), "network", name, source.file.networks ?? {});
    }
  }
  return names;
}

function known(place: Place, word: string, name: string, all: object): void {
  if (Object.hasOwn(all, name)) return;
  const near = nearest(name, Object.keys(all));
  throw mistake(place, {
    message: `no ${word} "${name}" at the top level of the file`,
    hint: near === undefined ? `declare it under ${word}s:` : `did you mean "${near}"?`,
    code: "unknown-name",
  });
}

/** Names of the services, in order. */
export function serviceNames(tree: Mapping): string[] {
  return entriesOf(tree.entries.get("services")?.value).map(([name]) => name);
}
