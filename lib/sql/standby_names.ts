/**
 * `synchronous_standby_names`, read.
 * Source: https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES
 *
 * @module
 */

/** What the setting asks for. */
export interface StandbyNames {
  /** `first`: by order in the list; `any`: a quorum. */
  method: "first" | "any";
  /** How many must confirm a commit. */
  count: number;
  /** In the list's order; `*` is whoever connects. */
  names: string[];
}

const form = /^\s*(?:(?:(FIRST|ANY)\s+)?(\d+)\s*\(([^()]*)\)|([^()]*))\s*$/i;

/** Reads the setting's value; undefined when the server would refuse it. */
export function standbyNames(text: string): StandbyNames | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [, method, count, listed, plain] = match;
  const names = (listed ?? plain!).split(",").map(nameOf);
  if (names.some((name) => name === undefined) || count === "0") return undefined;
  return {
    method: method?.toLowerCase() === "any" ? "any" : "first",
    count: Number(count ?? 1),
    names: names as string[],
  };
}

function nameOf(written: string): string | undefined {
  const match = /^\s*(?:"((?:[^"]|"")+)"|([A-Za-z_][\w$]*|\*))\s*$/.exec(written);
  return match ? match[1]?.replaceAll('""', '"') ?? match[2] : undefined;
}
