/**
 * A copy of a template that can be made as new again after a server ran on it, by restoring only what
 * changed. Deleting and making thousands of files over and over is what costs: ext4 does not reuse an
 * inode for minutes after its deletion and searches past it, up to a second per copy.
 *
 * A file counts as unchanged while its size, owner, mode, inode and both times are what they were when
 * it was copied; every write moves the change time, which no program can set.
 *
 * @module
 */
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { removeAll } from "./cache.ts";
import { copyTree } from "./template.ts";

/** Everything below a directory by relative path, parents before children. */
type Listing = Map<string, Deno.FileInfo>;

/** How many files are looked at before others have their turn. */
const turn = 50;

/** The runtime tells change times in whole seconds. */
const resolutionMs = 1000;

/** By how much the file system's clock may be behind, in milliseconds. */
const skewMs = 20;

/** What its owner needs in a directory to list and to change what is in it. */
const ownersBits = 0o700;

/** Lists what is below `root`. With `open`, directories that were closed are opened to their owner. */
async function list(root: string, { open = false } = {}): Promise<Listing> {
  const found: Listing = new Map([[".", Deno.lstatSync(root)]]);
  const pending = ["."];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const { mode } = found.get(folder)!;
    if (open && (mode! & ownersBits) !== ownersBits) Deno.chmodSync(join(root, folder), ownersBits);
    for (const { name, isDirectory } of Deno.readDirSync(join(root, folder))) {
      const path = join(folder, name);
      found.set(path, Deno.lstatSync(join(root, path)));
      if (isDirectory) pending.push(path);
      if (found.size % turn === 0) await setImmediate();
    }
  }
  return found;
}

function isSame(a: Deno.FileInfo | undefined, b: Deno.FileInfo | undefined): boolean {
  return a !== undefined && b !== undefined && a.isFile && b.isFile && a.size === b.size &&
    a.ino === b.ino && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid &&
    a.mtime?.getTime() === b.mtime?.getTime() && a.ctime?.getTime() === b.ctime?.getTime();
}

const templates = new Map<string, Promise<Listing>>();

/** A template never changes, so it is looked at once. */
function listTemplate(path: string): Promise<Listing> {
  let listing = templates.get(path);
  if (!listing) templates.set(path, listing = list(path));
  return listing;
}

/** A directory that is, or was, like its template. */
export class Copy {
  /** Where it lies while no server uses it. */
  readonly path: string;
  readonly #template: string;
  /** As it was when it was like the template. */
  #pristine: Listing;
  /** Its files can have changed from then on. */
  #takenAt = 0;

  private constructor(template: string, path: string, pristine: Listing) {
    this.#template = template;
    this.path = path;
    this.#pristine = pristine;
  }

  /** It goes to a server now. */
  take(): void {
    this.#takenAt = Date.now() - skewMs;
  }

  /** Would a change since it was taken show in the file's change time? */
  #isTelling(info: Deno.FileInfo | undefined): boolean {
    const changed = info?.ctime?.getTime() ?? Infinity;
    return changed < Math.floor(this.#takenAt / resolutionMs) * resolutionMs;
  }

  /** Makes a copy at `path`. */
  static async make(template: string, path: string, signal: AbortSignal): Promise<Copy> {
    try {
      await copyTree(template, path, signal);
      return new Copy(template, path, await list(path));
    } catch (error) {
      await removeAll(path);
      throw error;
    }
  }

  /**
   * Makes it like the template again; no server may use it.
   * @returns how many files had to be restored or removed.
   */
  async refresh(signal: AbortSignal): Promise<number> {
    const wanted = await listTemplate(this.#template);
    const now = await list(this.path, { open: true });
    let count = 0;
    for (const [path, info] of now) {
      const original = wanted.get(path);
      if (original && original.isFile === info.isFile && !info.isSymlink) continue;
      await removeAll(join(this.path, path));
      now.delete(path);
      count++;
    }
    for (const [path, original] of wanted) {
      signal.throwIfAborted();
      const seen = now.get(path);
      const made = this.#pristine.get(path);
      if (original.isFile && isSame(seen, made) && this.#isTelling(made)) continue;
      if (!this.#restore(path, original, seen)) continue;
      now.set(path, Deno.lstatSync(join(this.path, path)));
      count++;
    }
    this.#pristine = now;
    return count;
  }

  /** Writes a file anew, in place where it is there; a directory gets its mode and owner. */
  #restore(path: string, original: Deno.FileInfo, seen: Deno.FileInfo | undefined): boolean {
    const to = join(this.path, path);
    if (original.isFile) {
      // Only root writes to a file that is read-only.
      if (seen && !(seen.mode! & 0o200)) Deno.chmodSync(to, 0o600);
      Deno.copyFileSync(join(this.#template, path), to);
    } else if (!seen?.isDirectory) Deno.mkdirSync(to);
    else if (seen.mode === original.mode && seen.uid === original.uid) return false;
    if (Deno.uid() === 0) Deno.chownSync(to, original.uid, original.gid);
    Deno.chmodSync(to, original.mode! & 0o7777);
    return true;
  }
}
