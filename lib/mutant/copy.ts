/**
 * A copy of a stack's folder, in which a mutant's changes are made. The stack itself is never
 * touched.
 *
 * @module
 */
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import type { Stack, StackNode } from "../stack/model.ts";
import { readStack } from "../stack/read.ts";
import { withArgument, withSetting } from "./edit_setting.ts";
import { YamlText } from "./edit_yaml.ts";
import { ChangeError } from "./error.ts";
import type { Change, FileChange, SettingChange } from "./model.ts";

/** Where files that only one node sees are put, beside the copied compose file. */
const ownFolder = "mutated";

/** The copy. Dispose it to remove it. */
export class StackCopy implements AsyncDisposable {
  readonly #stack: Stack;
  readonly #root: string;
  /** Of the copy, absolute. */
  readonly #directory: string;

  private constructor(stack: Stack, root: string, directory: string) {
    this.#stack = stack;
    this.#root = root;
    this.#directory = directory;
  }

  /** Copies every file that the stack is made of, as far as it lies below one folder with it. */
  static async of(stack: Stack): Promise<StackCopy> {
    const files = [resolve(stack.file), ...stack.files ?? []];
    const above = commonFolder([stack.directory, ...files.map((file) => dirname(file))]);
    const root = await Deno.realPath(await Deno.makeTempDir({ prefix: "pgproof-mutant-" }));
    try {
      for (const file of new Set(files)) {
        const to = join(root, relative(above, file));
        await mkdir(dirname(to), { recursive: true });
        await copyFile(file, to);
      }
    } catch (error) {
      await Deno.remove(root, { recursive: true });
      throw error;
    }
    return new StackCopy(stack, root, join(root, relative(above, stack.directory)));
  }

  get #composeFile(): string {
    return this.#copied(resolve(this.#stack.file));
  }

  /** Where the copy of a file is. */
  #copied(file: string): string {
    return join(this.#directory, relative(this.#stack.directory, file));
  }

  /**
   * Makes the changes that are made in files, and reads the stack again.
   * @throws {ChangeError} when one cannot be made, or nothing is changed by them.
   * @throws {StackError} when the stack cannot be read with them.
   */
  async apply(changes: readonly Change[]): Promise<Stack> {
    let isEdited = false;
    for (const change of changes) {
      if (change.kind === "sql" || change.kind === "scenario") continue;
      isEdited = true;
      if (change.kind === "setting") await this.#set(change);
      else if (change.kind === "file") await this.#editFile(change);
      else {
        await this.#editCompose((compose) => compose.write(change.path, change.written));
      }
    }
    const overlays = this.#stack.overlays?.map((file) => this.#copied(file));
    const stack = await readStack(this.#composeFile, { overlays });
    if (isEdited && stack.hash === this.#stack.hash) {
      throw new ChangeError("nothing of the stack is changed");
    }
    return stack;
  }

  async #editCompose(edit: (compose: YamlText) => void): Promise<void> {
    await edited(this.#composeFile, (text) => {
      const compose = new YamlText("the compose file", text);
      edit(compose);
      return compose.toString();
    });
  }

  async #set({ name, node, value }: SettingChange): Promise<void> {
    if (node !== undefined && value !== undefined) {
      const path = ["services", node, "command"];
      return await this.#editCompose((compose) => {
        compose.write(path, { is: withArgument(compose.get(path), name, value) });
      });
    }
    await edited(this.#configuration, (text) => withSetting(text, name, value));
  }

  /** The file from which the primary, and with it every node, has its settings. */
  get #configuration(): string {
    const [primary] = this.#stack.nodes;
    const file = primary?.settings.find(({ source }) => source.line !== undefined)?.source.file;
    if (file === undefined) throw new ChangeError("the stack mounts no postgresql.conf");
    return join(this.#directory, file);
  }

  async #editFile({ file, node, replace, by, append }: FileChange): Promise<void> {
    // Whatever else a path leads to is not in the copy.
    if (!this.#stack.files?.includes(resolve(this.#stack.directory, file))) {
      throw new ChangeError(`${file} is no file of the stack`);
    }
    const path = node === undefined ? file : await this.#own(file, node);
    await edited(join(this.#directory, path), (text) => {
      if (append !== undefined) return `${text.replace(/\n?$/, "\n")}${append}\n`;
      const parts = text.split(replace!);
      if (parts.length === 2) return parts.join(by);
      throw new ChangeError(`"${replace}" stands ${parts.length - 1} times in ${file}, not once`);
    });
  }

  /** A copy of a mounted file that one node sees in its place, from the compose file's folder. */
  async #own(file: string, node: string): Promise<string> {
    const declared = this.#stack.nodes.find(({ name }) => name === node);
    const target = declared && mountedAs(declared, join(this.#stack.directory, file));
    if (target === undefined) throw new ChangeError(`${node} does not mount ${file}`);
    const own = posix.join(ownFolder, node, posix.basename(file));
    const mount = `./${own}:${target}:ro`;
    const path = ["services", node, "volumes"];
    await this.#editCompose((compose) => {
      const volumes = compose.get(path);
      if (!Array.isArray(volumes)) throw new ChangeError(`${node} has no volumes of its own`);
      if (!volumes.includes(mount)) compose.write(path, { is: [...volumes, mount] });
    });
    await mkdir(join(this.#directory, dirname(own)), { recursive: true });
    const to = join(this.#directory, own);
    if (await Deno.stat(to).catch(() => undefined)) return own;
    await copyFile(join(this.#directory, file), to);
    return own;
  }

  /** Removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#root, { recursive: true });
  }
}

/** Where a node's container sees a file of the host. */
function mountedAs({ mounts }: StackNode, path: string): string | undefined {
  for (const { type, source, target } of mounts) {
    if (type !== "bind" || source === undefined) continue;
    const inside = relative(source, path);
    if (inside.startsWith("..") || isAbsolute(inside)) continue;
    return posix.join(target, inside.split(sep).join("/"));
  }
  return undefined;
}

async function edited(path: string, edit: (text: string) => string): Promise<void> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    throw new ChangeError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
  await Deno.writeTextFile(path, edit(text));
}

function commonFolder(folders: readonly string[]): string {
  const [first = sep, ...others] = folders;
  let common = first;
  for (const folder of others) {
    while (relative(common, folder).startsWith("..")) common = dirname(common);
  }
  return common;
}
