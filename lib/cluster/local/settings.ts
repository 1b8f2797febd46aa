/**
 * A node's settings on this machine: the stack's in order, then the scenario's, then what must differ
 * to run here. What the stack gives on the command line stays there, the rest goes into the node's
 * postgresql.conf, so `pg_settings.source` and ALTER SYSTEM behave as in the stack.
 *
 * @module
 */
import { isAbsolute, join, relative } from "node:path";
import type { ClusterChange } from "../../scenario/model.ts";
import type { StackNode } from "../../stack/model.ts";
import type { Value } from "../setting_text.ts";

/** The settings of a node, by where they are written. */
export interface NodeSettings {
  file: Value[];
  commandLine: Value[];
}

/** Puts the scenario's change upon the stack's settings; names are in lower case. */
export function settingsOf(node: StackNode, change: ClusterChange): NodeSettings {
  const file: Value[] = [];
  const commandLine: Value[] = [];
  for (const { name, value, source } of node.settings) {
    const list = source.file === "command line" ? commandLine : file;
    list.push({ name: name.toLowerCase(), value });
  }
  const changed = { ...change.settings, ...change.nodeSettings[node.name] };
  for (const [name, value] of Object.entries(changed)) {
    const setting = { name: name.toLowerCase(), value };
    // The command line is stronger than a file, so the change has to be there to count.
    const onCommandLine = commandLine.some((other) => other.name === setting.name);
    (onCommandLine ? commandLine : file).push(setting);
  }
  return { file, commandLine };
}

/** The value in force; undefined when the server's default is. */
export function effective({ file, commandLine }: NodeSettings, name: string): string | undefined {
  return [...file, ...commandLine].findLast((setting) => setting.name === name)?.value;
}

/** PostgreSQL's words for true, which may be cut short. */
export function isOn(value: string): boolean {
  return /^(on|t|tr|tru|true|y|ye|yes|1)$/i.test(value);
}

/** Where a node lives on this machine. */
export interface Place {
  port: number;
  sockets: string;
  hbaFile: string;
  /** For logs and copied files. */
  directory: string;
}

/** Settings that say where things are; here they are elsewhere. */
const placed = new Set([
  "config_file",
  "data_directory",
  "hba_file",
  "ident_file",
  "external_pid_file",
  "listen_addresses",
  "port",
  "unix_socket_directories",
  "unix_socket_group",
]);

/** Settings that name a file of the container's. */
const files = new Set([
  "ssl_cert_file",
  "ssl_key_file",
  "ssl_ca_file",
  "ssl_crl_file",
  "ssl_dh_params_file",
]);

/** Settings made to fit, with the files to copy and the differences in sentences. */
export interface LocalSettings extends NodeSettings {
  copies: { from: string; to: string }[];
  translations: string[];
}

/** Where a path of the container is on this machine, if it is mounted from here. */
export function onHost(path: string, node: StackNode): string | undefined {
  const mount = node.mounts
    .filter(({ type, source }) => type === "bind" && source !== undefined)
    .filter(({ target }) => path === target || path.startsWith(target.replace(/\/*$/, "/")))
    .toSorted((a, b) => b.target.length - a.target.length)[0];
  return mount && join(mount.source!, relative(mount.target, path));
}

/** Makes settings fit this machine; values that mean something are never touched. */
export function localise(settings: NodeSettings, node: StackNode, place: Place): LocalSettings {
  const copies: LocalSettings["copies"] = [];
  const translations: string[] = [];
  const moved = new Set<string>();
  const fit = ({ name, value }: Value): Value[] => {
    if (placed.has(name)) {
      moved.add(name);
      return [];
    }
    const source = files.has(name) && isAbsolute(value) ? onHost(value, node) : undefined;
    if (source !== undefined) {
      const to = join(place.directory, name);
      copies.push({ from: source, to });
      translations.push(`${node.name}: ${name} ${value} is a copy of the mounted file`);
      return [{ name, value: to }];
    }
    if (name === "log_directory" && isAbsolute(value)) {
      translations.push(`${node.name}: log_directory ${value} is in the node's own folder`);
      return [{ name, value: join(place.directory, "log") }];
    }
    if (name === "log_destination" && /syslog|eventlog/i.test(value)) {
      translations.push(`${node.name}: log_destination ${value} is stderr`);
      return [{ name, value: "stderr" }];
    }
    return [{ name, value }];
  };
  const commandLine = settings.commandLine.flatMap(fit);
  const file = settings.file.flatMap(fit);
  file.push(
    { name: "listen_addresses", value: "127.0.0.1" },
    { name: "port", value: String(place.port) },
    { name: "unix_socket_directories", value: place.sockets },
    { name: "hba_file", value: place.hbaFile },
  );
  for (const name of moved) {
    if (name === "listen_addresses" || name === "port") continue;
    translations.push(`${name} is in a folder of the run`);
  }
  return { file, commandLine, copies, translations };
}
