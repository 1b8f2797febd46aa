/**
 * Files of a container on the host, found through its mounts.
 *
 * @module
 */
import { posix } from "node:path";
import { join } from "node:path";
import type { Mount } from "./model.ts";

/** Where the official images keep their data; 18 moved it below the first. */
const dataDirectories = ["/var/lib/postgresql", "/var/lib/postgresql/data"];

/** The files a container shares with the host. Data directories are not looked into. */
export class ContainerFiles {
  /** Where the server's relative paths start. */
  readonly dataDirectory: string;
  readonly #mounts: readonly Mount[];

  /** `dataDirectory`: the container's PGDATA, where it is set. */
  constructor(mounts: readonly Mount[], dataDirectory?: string) {
    this.dataDirectory = dataDirectory || "/var/lib/postgresql/data";
    this.#mounts = mounts;
  }

  /** An absolute path in the container; relative ones start at the data directory. */
  absolute(path: string): string {
    return posix.resolve(this.dataDirectory, path);
  }

  /** Whether the server keeps its data in or below a mount: what is there changes with every run. */
  isData(mount: Mount): boolean {
    const target = posix.resolve("/", mount.target);
    return isBelow(this.dataDirectory, target) || dataDirectories.includes(target);
  }

  /** Absolute path on the host; undefined when the image, a volume or the server made the file. */
  hostPath(path: string): string | undefined {
    const wanted = this.absolute(path);
    let best: Mount | undefined;
    for (const mount of this.#mounts) {
      if (!isBelow(wanted, posix.resolve("/", mount.target))) continue;
      // Of two mounts with one target the later one lies on top.
      if (!best || mount.target.length >= best.target.length) best = mount;
    }
    if (best?.type !== "bind" || best.source === undefined || this.isData(best)) return undefined;
    return join(best.source, posix.relative(posix.resolve("/", best.target), wanted));
  }

  /** Bind mounts whose target has a given file name, in order. */
  mountsNamed(name: string): Mount[] {
    return this.#mounts.filter((mount) =>
      mount.type === "bind" && posix.basename(mount.target) === name
    );
  }

  /**
   * Names in a directory of the container, sorted by code point as the server sorts them; undefined
   * when the host cannot tell.
   */
  async list(directory: string): Promise<string[] | undefined> {
    const wanted = this.absolute(directory);
    const host = this.hostPath(wanted);
    const names = new Set<string>();
    for (const { target } of this.#mounts) {
      if (posix.dirname(posix.resolve("/", target)) === wanted) names.add(posix.basename(target));
    }
    if (host === undefined) return undefined;
    try {
      for await (const { name, isDirectory } of Deno.readDir(host)) {
        if (!isDirectory) names.add(name);
      }
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
        return undefined;
      }
      throw error;
    }
    return [...names].sort();
  }
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}
