/**
 * One node's copy of the data, and how it differs from the primary's.
 *
 * @module
 */
import { describeDifference } from "./row_difference.ts";
import { readSequences, sequenceProblem, type SequenceState } from "./sequence_state.ts";
import type { Snapshot } from "./snapshot.ts";
import { digestTables, listTables, type Table, type TableDigest } from "./table_digest.ts";

/** What a node holds. */
export interface Copy {
  snapshot: Snapshot;
  tables: Table[];
  /** Names of unlogged tables, which are left out. */
  unlogged: string[];
  /** By table. */
  digests: Map<string, TableDigest>;
  /** By name. */
  sequences: Map<string, SequenceState>;
}

/** One thing that is not the same, in a sentence. */
export interface Difference {
  text: string;
  /** False for sequences. */
  isTransactional: boolean;
}

/** Reads a node's copy of all tables, or of those with these oids. */
export async function readCopy(
  snapshot: Snapshot,
  oids: number[] | undefined,
  signal: AbortSignal,
): Promise<Copy> {
  const { tables, unlogged } = await listTables(snapshot, oids, signal);
  const digests = await digestTables(snapshot, tables, signal);
  const sequences = await readSequences(snapshot, oids, signal);
  return { snapshot, tables, unlogged, digests, sequences };
}

/** How a copy differs from the original. */
export async function differencesOf(
  original: Copy,
  copy: Copy,
  signal: AbortSignal,
): Promise<Difference[]> {
  const node = copy.snapshot.node.name;
  const texts: string[] = [];
  const sides = { one: original.snapshot, other: copy.snapshot, signal };
  for (const table of original.tables) {
    const [mine, theirs] = [original, copy].map(({ digests }) => digests.get(table.name));
    if (!theirs) texts.push(`${table.name}: ${node} has no such table`);
    else if (mine!.hash !== theirs.hash || mine!.rows !== theirs.rows) {
      const rows = await describeDifference(table, sides);
      const counts = `${table.name}: ${mine!.rows} rows, on ${node} ${theirs.rows}`;
      texts.push(...(rows.length > 0 ? rows : [counts]));
    }
  }
  for (const { name } of copy.tables) {
    if (!original.digests.has(name)) texts.push(`${name}: only ${node} has this table`);
  }
  const sequences = [...original.sequences].flatMap(([name, state]) => {
    const problem = sequenceProblem(state, copy.sequences.get(name));
    return problem ? [`sequence ${name} on ${node} ${problem}`] : [];
  });
  return [
    ...texts.map((text) => ({ text, isTransactional: true })),
    ...sequences.map((text) => ({ text, isTransactional: false })),
  ];
}
