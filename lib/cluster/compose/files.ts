/**
 * What a node of a cluster mounts: its own volumes instead of the stack's data, and copies of the
 * stack's files, in which the network's addresses and the scenario's settings are put in.
 *
 * @module
 */
import { cp } from "node:fs/promises";
import { join, relative } from "node:path";
import type { ClusterChange } from "../../scenario/model.ts";
import { ContainerFiles } from "../../stack/container_files.ts";
import type { Mount, Stack, StackNode } from "../../stack/model.ts";
import { formatArguments, formatSettings, type Value } from "../setting_text.ts";
import { type Replacement, translateHba } from "./hba.ts";
import type { Copied } from "./parcel.ts";
import type { Site } from "./site.ts";

/** A mount in Compose's long form. */
export interface ComposeMount {
  type: "bind" | "volume" | "tmpfs";
  source?: string;
  target: string;
  read_only?: boolean;
}

/** What to mount into one node, and how it is started. */
export interface NodeFiles {
  mounts: ComposeMount[];
  /** Names of the cluster's own volumes among them. */
  volumes: string[];
  /** What goes into the container by copy: its engine is elsewhere. */
  copied: Copied[];
  /** Arguments behind the declared command. */
  arguments: string[];
  /** Differences from the stack's files, in sentences. */
  translations: string[];
}

/** What the files of all nodes of a cluster depend on. */
export interface FilesOptions {
  stack: Stack;
  /** A folder of the cluster's own. */
  directory: string;
  networks: readonly Replacement[];
  change: ClusterChange;
  site: Site;
}

/** A file of the container on the host, where it is one of the stack's. */
function configuration(node: StackNode, name: string): string | undefined {
  const setting = node.settings.findLast((setting) => setting.name === name);
  if (!setting) return undefined;
  return new ContainerFiles(node.mounts, node.environment.PGDATA).hostPath(setting.value);
}

const isIn = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

/** A volume name for something several nodes may share: the same for the same source. */
async function sharedName(source: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(source));
  return `shared-${new Uint8Array(bytes).slice(0, 6).toHex()}`;
}

/** Copies a file or a folder, keeping modes and, where allowed, owners: private keys depend on them. */
async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, dereference: true, preserveTimestamps: true });
  const { uid, gid, mode, isDirectory } = await Deno.stat(from);
  if (mode !== null) await Deno.chmod(to, mode & 0o7777);
  if (uid !== null && gid !== null) await Deno.chown(to, uid, gid).catch(() => {});
  if (!isDirectory) return;
  for await (const { name } of Deno.readDir(from)) {
    await chownLike(join(from, name), join(to, name));
  }
}

async function chownLike(from: string, to: string): Promise<void> {
  const { uid, gid, isDirectory } = await Deno.stat(from);
  if (uid !== null && gid !== null) await Deno.chown(to, uid, gid).catch(() => {});
  if (!isDirectory) return;
  for await (const { name } of Deno.readDir(from)) {
    await chownLike(join(from, name), join(to, name));
  }
}

/** Whether a bind mount brings files into the container, rather than keeping what the server writes. */
async function isBrought(mount: Mount, node: StackNode): Promise<boolean> {
  if (mount.type !== "bind" || mount.source === undefined) return false;
  if (new ContainerFiles(node.mounts, node.environment.PGDATA).isData(mount)) return false;
  const found = await Deno.stat(mount.source).catch(() => undefined);
  if (!found) return false;
  if (mount.readOnly || found.isFile) return true;
  return ["config_file", "hba_file"].some((name) => {
    const path = configuration(node, name);
    return path !== undefined && isIn(path, mount.source!);
  });
}

/** Settings that the scenario changes: into the copied file where there is one, else arguments. */
function place(node: StackNode, change: ClusterChange, hasFile: boolean) {
  const file: Value[] = [];
  const commandLine: Value[] = [];
  for (
    const [name, value] of Object.entries({ ...change.settings, ...change.nodeSettings[node.name] })
  ) {
    // An argument is stronger than a file, so the change has to be one as well to count.
    const isArgument = node.settings.some((setting) =>
      setting.name.toLowerCase() === name.toLowerCase() && setting.source.file === "command line"
    );
    (hasFile && !isArgument ? file : commandLine).push({ name: name.toLowerCase(), value });
  }
  return { file, commandLine };
}

/** Prepares everything one node mounts. */
export async function prepareFiles(node: StackNode, options: FilesOptions): Promise<NodeFiles> {
  const { stack, directory, networks, change, site } = options;
  const result: NodeFiles = {
    ...{ mounts: [], volumes: [], copied: [], arguments: [], translations: [] },
  };
  const copies = new Map<string, string>();
  for (const [index, mount] of node.mounts.entries()) {
    const { target } = mount;
    if (await isBrought(mount, node)) {
      const copy = join(directory, node.name, String(index));
      await Deno.mkdir(join(directory, node.name), { recursive: true });
      await copyTree(mount.source!, copy);
      copies.set(mount.source!, copy);
      if (site.isHere) {
        result.mounts.push({ type: "bind", source: copy, target, read_only: mount.readOnly });
      } else {
        result.copied.push({ source: copy, target });
        const shown = relative(stack.directory, mount.source!);
        result.translations.push(`${node.name}: ${shown} is copied into the container`);
      }
    } else if (mount.type === "tmpfs") {
      result.mounts.push({ type: "tmpfs", target });
    } else {
      const files = new ContainerFiles(node.mounts, node.environment.PGDATA);
      const isOwn = mount.source === undefined || files.isData(mount);
      const name = isOwn ? `${node.name}-${index}` : await sharedName(mount.source!);
      result.volumes.push(name);
      result.mounts.push({ type: "volume", source: name, target, read_only: mount.readOnly });
      const shown = mount.source?.startsWith("/")
        ? relative(stack.directory, mount.source)
        : mount.source ?? target;
      result.translations.push(`${node.name}: ${shown} is a volume of the run`);
    }
  }
  const copyOf = (path: string | undefined) => {
    // Of two mounts the deeper one is what the container sees.
    const source = path && [...copies.keys()].toSorted((a, b) => b.length - a.length)
      .find((source) => isIn(path, source));
    return source ? join(copies.get(source)!, relative(source, path!)) : undefined;
  };
  for (const file of new Set(node.hba.map(({ source }) => join(stack.directory, source.file)))) {
    const copy = copyOf(file);
    if (!copy) continue;
    const { text, translations } = translateHba(
      await Deno.readTextFile(copy),
      networks,
      site.seenAs,
    );
    await Deno.writeTextFile(copy, text);
    result.translations.push(...translations);
  }
  const settingsFile = copyOf(configuration(node, "config_file"));
  const { file, commandLine } = place(node, change, settingsFile !== undefined);
  if (settingsFile && file.length > 0) {
    const text = `\n# Changed by the scenario.\n${formatSettings(file)}`;
    await Deno.writeTextFile(settingsFile, text, { append: true });
  }
  result.arguments = formatArguments(commandLine);
  return result;
}
