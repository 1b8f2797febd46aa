/**
 * What an image has in it: the server's version and its programs.
 *
 * @module
 */
import { NodeError } from "../model.ts";
import type Docker from "./docker.ts";
import { runHelper } from "./helper.ts";
import { labelsOf } from "./owner.ts";
import { programNames } from "../program_names.ts";

/** The server and the programs beside it. */
export interface Programs {
  version: { text: string; number: number };
  names: ReadonlySet<string>;
  image: string;
}

/**
 * Looks into an image.
 * @throws {NodeError} when no PostgreSQL server is in it.
 */
export async function readPrograms(
  client: Docker,
  { image, owner }: { image: string; owner: string },
  signal: AbortSignal,
): Promise<Programs> {
  const script = `
    for folder in /usr/lib/postgresql/*/bin; do PATH=$PATH:$folder; done
    postgres --version
    for name in $NAMES; do command -v "$name" || true; done`;
  const labels = labelsOf(`pgproof-${Deno.pid}-programs`, owner);
  const environment = { NAMES: programNames.join(" ") };
  const lines = await runHelper(client, { image, script, environment, labels }, signal);
  const [, major, minor] = /\(PostgreSQL\) (\d+)(?:\.(\d+))?/.exec(lines[0] ?? "") ?? [];
  if (!major) throw new NodeError(`Cannot find PostgreSQL in the image ${image}`, { log: lines });
  return {
    version: {
      text: minor ? `${major}.${minor}` : major,
      number: Number(major) * 10_000 + Number(minor ?? 0),
    },
    names: new Set(lines.slice(1).map((path) => path.slice(path.lastIndexOf("/") + 1))),
    image,
  };
}
