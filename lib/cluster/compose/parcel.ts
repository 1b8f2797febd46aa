/**
 * Files for a container whose engine cannot mount them from here: packed as the engine's API takes
 * them, and put into the container before it starts.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { join, relative } from "node:path";
import { buffer } from "node:stream/consumers";
import { raced } from "../../time/sleep.ts";
import type Docker from "./docker.ts";
import tar from "./tar.ts";

/** A file or folder here, and its path in the container. */
export interface Copied {
  source: string;
  target: string;
}

/** What one container gets. */
export interface Parcel {
  /** A tar archive, to be unpacked at `/`. */
  tar: Uint8Array;
  /** Where its files go. */
  targets: readonly string[];
}

/** Packs files with their modes and owners; `open` are folders in which every account may write. */
export async function pack(
  copied: readonly Copied[],
  open: readonly string[],
): Promise<Parcel> {
  const parcel = tar.pack();
  const whole = buffer(parcel);
  for (const { source, target } of copied) await add(parcel, source, target);
  for (const target of open) {
    parcel.entry({ name: relative("/", target), type: "directory", mode: 0o777 });
  }
  parcel.finalize();
  return { tar: await whole, targets: copied.map(({ target }) => target) };
}

/** Packs files that are written for a container, for an account of it. */
export async function packTexts(
  files: readonly { target: string; text: string }[],
  { mode, account }: { mode: number; account: number },
): Promise<Parcel> {
  const parcel = tar.pack();
  const whole = buffer(parcel);
  for (const { target, text } of files) {
    parcel.entry({ name: relative("/", target), mode, uid: account, gid: account }, text);
  }
  parcel.finalize();
  return { tar: await whole, targets: files.map(({ target }) => target) };
}

/** Unpacks it in a container that has not started. */
export async function deliver(
  container: Docker.Container,
  { tar }: Parcel,
  signal: AbortSignal,
): Promise<void> {
  await raced(container.putArchive(Buffer.from(tar), { path: "/" }), signal);
}

async function add(parcel: tar.Pack, source: string, target: string): Promise<void> {
  const { isDirectory, mode, uid, gid, mtime } = await Deno.stat(source);
  const header = {
    name: relative("/", target),
    mode: (mode ?? (isDirectory ? 0o755 : 0o644)) & 0o7777,
    ...(uid === null || gid === null ? {} : { uid, gid }),
    ...(mtime ? { mtime } : {}),
  };
  if (!isDirectory) {
    parcel.entry(header, Buffer.from(await Deno.readFile(source)));
    return;
  }
  parcel.entry({ ...header, type: "directory" });
  for await (const { name } of Deno.readDir(source)) {
    await add(parcel, join(source, name), join(target, name));
  }
}
