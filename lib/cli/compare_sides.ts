/**
 * The two stacks of `compare`: folders as they are, git refs as checkouts of the harness's own.
 *
 * @module
 */
import { basename, dirname, join, relative, resolve } from "node:path";
import { tmpdir } from "node:os";
import { Journal } from "../cluster/local/journal.ts";
import type { SideHead, Which } from "../compare/model.ts";
import type { Side } from "../compare/side.ts";
import { readStackSource, StackError } from "../stack/read.ts";
import { checkOut, commitOf, mergeBase, workingTree } from "./git.ts";
import { UsageError } from "./usage.ts";

/** A stack that is compared. */
export interface ComparedSide extends Side {
  head: SideHead;
  /** The stack's file: as the user can open it, for a ref as git names it, `REF:FILE`. */
  shown: string;
  /** The files laid over it, the same way. */
  shownOverlays: string[];
}

/** Both; disposing them removes their checkouts. */
export class Sides implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  readonly base: ComparedSide;
  readonly head: ComparedSide;

  private constructor(stack: AsyncDisposableStack, base: ComparedSide, head: ComparedSide) {
    this.#stack = stack;
    this.base = base;
    this.head = head;
  }

  /**
   * Opens what `BASE..HEAD`, `BASE...HEAD` (from where they parted), or two words name: each a folder,
   * or a ref of the repository that `file` is in. `file` is the stack's, in each of them, and
   * `overlays` are laid over it.
   * @throws {UsageError | StackError} when a side cannot be used.
   */
  static async open(
    words: readonly string[],
    file: string,
    overlays: readonly string[] = [],
  ): Promise<Sides> {
    const [base, head] = await namesOf(words, await repositoryOf(file));
    await using stack = new AsyncDisposableStack();
    const named = { file, overlays };
    const roots = [await rootOf(base, named, stack), await rootOf(head, named, stack)] as const;
    if (roots[0].identity === roots[1].identity) {
      const what = roots[0].commit === undefined ? "folder" : "commit";
      throw new UsageError(
        `${base.shown} and ${head.shown} are the same ${what}: there is nothing to compare`,
      );
    }
    const [before, after] = [await read("base", roots[0]), await read("head", roots[1])];
    return new Sides(stack.move(), before, after);
  }

  /** Removes the checkouts. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

interface Name {
  /** As the user wrote it, or what it stands for. */
  shown: string;
  ref: string;
  isFolder: boolean;
}

/** Where git is asked: a stack may lie in another repository than the working directory. */
async function repositoryOf(file: string): Promise<string> {
  const folder = dirname(resolve(file));
  return await isFolder(folder) ? folder : Deno.cwd();
}

async function namesOf(words: readonly string[], repository: string): Promise<[Name, Name]> {
  const [one, other] = words;
  if (words.length === 2) return [await nameOf(one!), await nameOf(other!)];
  const [, before, dots, after] = /^(.*?)(\.{2,3})(.*)$/.exec(one ?? "") ?? [];
  if (words.length !== 1 || dots === undefined || await isFolder(one!)) {
    throw new UsageError(
      "compare takes BASE..HEAD; or BASE HEAD, each a folder or a ref; or two result.json",
    );
  }
  const [base, head] = [before || "HEAD", after || "HEAD"];
  const ref = dots === "..." ? await mergeBase(base, head, repository) : base;
  return [{ shown: base, ref, isFolder: false }, { shown: head, ref: head, isFolder: false }];
}

async function nameOf(word: string): Promise<Name> {
  return { shown: word, ref: word, isFolder: await isFolder(word) };
}

function isFolder(path: string): Promise<boolean> {
  return Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}

/** Where the files of a side are. */
interface Root {
  name: Name;
  commit?: string;
  /** What two sides must not share. */
  identity: string;
  folder: string;
  /** The stack's file from the folder, and what is laid over it. */
  file: string;
  overlays: string[];
}

async function rootOf(
  name: Name,
  { file, overlays }: { file: string; overlays: readonly string[] },
  stack: AsyncDisposableStack,
): Promise<Root> {
  if (name.isFolder) {
    const folder = name.ref;
    return { name, identity: await Deno.realPath(folder), folder, file, overlays: [...overlays] };
  }
  const repository = await repositoryOf(file);
  const commit = await commitOf(name.ref, repository);
  const tree = await Deno.realPath(await workingTree(repository));
  const inTree = async (each: string) =>
    relative(tree, join(await Deno.realPath(dirname(resolve(each))), basename(each)));
  const path = relative(tree, join(await Deno.realPath(repository), basename(file)));
  const folder = await checkout(commit, repository, stack);
  await lendEnvironment(dirname(resolve(file)), join(folder, dirname(path)));
  const over = await Promise.all(overlays.map(inTree));
  return { name, commit, identity: commit, folder, file: path, overlays: over };
}

/** A checkout that `clean` finds, should this process be killed. */
async function checkout(
  commit: string,
  repository: string,
  stack: AsyncDisposableStack,
): Promise<string> {
  const folder = join(tmpdir(), `pgproof-${crypto.randomUUID().slice(0, 8)}`);
  const journal = await Journal.open(folder);
  stack.defer(async () => {
    await Deno.remove(folder, { recursive: true });
    await journal.close();
  });
  await Deno.mkdir(folder);
  // The servers' account reads what is below it.
  await Deno.chmod(folder, 0o755);
  await checkOut(commit, repository, folder);
  return folder;
}

/** `.env` is seldom committed; what is here stands for both sides then. */
async function lendEnvironment(from: string, to: string): Promise<void> {
  const [here, there] = [join(from, ".env"), join(to, ".env")];
  if (await Deno.stat(there).catch(() => undefined)) return;
  const text = await Deno.readTextFile(here).catch(() => undefined);
  const isFolder = await Deno.stat(to).catch(() => undefined);
  if (text !== undefined && isFolder) await Deno.writeTextFile(there, text, { mode: 0o600 });
}

async function read(which: Which, root: Root): Promise<ComparedSide> {
  const { name, commit, folder, file, overlays } = root;
  const path = join(folder, file);
  const shown = (each: string) =>
    commit === undefined ? join(folder, each) : `${name.shown}:${each}`;
  const label = commit === undefined ? name.shown : `${name.shown} (${commit.slice(0, 7)})`;
  for (const each of [file, ...overlays]) {
    if (await Deno.stat(join(folder, each)).catch(() => undefined)) continue;
    throw new UsageError(`there is no ${each} in ${label}, the ${which}`);
  }
  try {
    const { stack, tree } = await readStackSource(path, {
      overlays: overlays.map((each) => join(folder, each)),
    });
    return {
      which,
      stack,
      tree,
      prefix: dirname(commit === undefined ? path : file),
      shown: shown(file),
      shownOverlays: overlays.map(shown),
      head: {
        name: name.shown,
        ...(commit === undefined ? {} : { commit }),
        hash: stack.hash,
      },
    };
  } catch (error) {
    if (!(error instanceof StackError) || commit === undefined) throw error;
    const message = error.message.replaceAll(`${resolve(folder)}/`, "");
    throw new UsageError(`${label}, the ${which}: ${message}`);
  }
}
