/**
 * `same_data`: every node holds the same rows as the live primary, and sequences that can follow its
 * own. One snapshot per node, taken when each has replayed what the primary had flushed.
 *
 * Equal digests are equal data, whatever goes on meanwhile. Unequal ones only say so when both
 * snapshots show the same transactions, which is final, or when no transaction has ended meanwhile;
 * else writers were in between, and the look has not seen anything.
 *
 * @module
 */
import { z } from "zod";
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { describeCode } from "../sql/condition.ts";
import { SqlError } from "../sql/session.ts";
import { sleep } from "../time/sleep.ts";
import { type Copy, type Difference, differencesOf, readCopy } from "./data_copy.ts";
import { absent, count, findEach, type Finding, lookOf, undecidable, unseen } from "./finding.ts";
import { defineFact, type Look } from "./kind.ts";
import {
  describePosition,
  describeRoles,
  flushedPosition,
  type PrimaryPosition,
  primaryPosition,
} from "./position.ts";
import { Snapshot } from "./snapshot.ts";

/** How long one look waits for replicas to replay, in milliseconds. */
const replayMs = 2000;

/** How many differences are told. */
const differencesShown = 10;

/** The fact. */
export const same_data = defineFact({
  name: "same_data",
  summary: "Every node holds the same rows as the live primary; by default in all logged tables",
  words: { tables: z.array(z.string()).min(1).optional().describe("default: all of the database") },
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, words, signal }) {
    const expected = `the same rows on ${nodes.map((node) => node.name).join(", ")}`;
    const primary = await primaryPosition(scene, signal);
    if (!primary) return unseen("NoPrimary", expected, await describeRoles(scene, signal));
    const replicas = nodes.filter((node) => node !== primary.node);
    if (replicas.length === 0) {
      return unseen("NothingToCompare", expected, `only ${primary.node.name}, the primary itself`);
    }
    const named = await resolveTables(scene, primary.node, { names: words.tables, signal });
    if ("missing" in named) {
      const seen = `${primary.node.name} has no table ${named.missing}`;
      return undecidable("NoTables", expected, seen);
    }
    const arrivals = await arrive(scene, replicas, { lsn: primary.flush, signal });
    if (arrivals.some((each) => !each.holds)) return lookOf(arrivals, expected);
    return await compareCopies(scene, { primary, replicas, oids: named.oids, expected, signal });
  },
});

/** Oids are the same on every physical copy; names may be found by a search path of the user's. */
async function resolveTables(
  scene: Scene,
  node: Node,
  question: { names: string[] | undefined; signal: AbortSignal },
): Promise<{ oids: number[] | undefined } | { missing: string }> {
  const { names, signal } = question;
  if (!names) return { oids: undefined };
  const sql = "select name, to_regclass(name)::oid::int8 from unnest($1::text[]) as name";
  const { rows } = await scene.observer.ask(node, sql, [names], signal);
  const missing = rows.find(([, oid]) => oid === null);
  if (missing) return { missing: String(missing[0]) };
  return { oids: rows.map(([, oid]) => Number(oid)) };
}

/** Waits a while for each replica to replay an LSN. */
function arrive(
  scene: Scene,
  nodes: readonly Node[],
  options: { lsn: string; signal: AbortSignal },
): Promise<Finding[]> {
  const { lsn, signal } = options;
  const startedAt = performance.now();
  return findEach(nodes, signal, async (node, limit) => {
    for (let pauseMs = 1;; pauseMs = Math.min(20, pauseMs * 2)) {
      const position = await flushedPosition(scene, node, { lsn, signal: limit });
      const holds = position.missingBytes === 0;
      if (holds || performance.now() - startedAt > replayMs) {
        const seen = describePosition(position, lsn);
        return { holds, code: "NotReplayed", seen, kind: "lsn", data: { lsn, ...position } };
      }
      await sleep(pauseMs, limit);
    }
  });
}

async function compareCopies(scene: Scene, options: {
  primary: PrimaryPosition;
  replicas: Node[];
  oids: number[] | undefined;
  expected: string;
  signal: AbortSignal;
}): Promise<Look> {
  const { primary, replicas, oids, expected, signal } = options;
  await using open = new AsyncDisposableStack();
  const read = async (node: Node): Promise<Copy | Finding> => {
    try {
      const snapshot = open.use(await Snapshot.take(node, signal));
      return await readCopy(snapshot, oids, signal);
    } catch (error) {
      return unreadable(node, error, signal);
    }
  };
  const [original, ...copies] = await Promise.all([primary.node, ...replicas].map(read));
  if ("holds" in original!) return lookOf([original], expected);
  const { tables, unlogged } = original!;
  if (oids && unlogged.length > 0) {
    const seen = `${unlogged.join(", ")} is unlogged: replicas have no copy of it`;
    return undecidable("NoTables", expected, seen);
  }
  if (tables.length === 0) {
    return unseen("NoTables", expected, "no logged table to compare");
  }
  const findings = await Promise.all(copies.map(async (copy, index): Promise<Finding> => {
    if ("holds" in copy) return copy;
    const node = replicas[index]!;
    try {
      const differences = await differencesOf(original!, copy, signal);
      return findingOf(node, { original: original!, copy, differences });
    } catch (error) {
      return unreadable(node, error, signal);
    }
  }));
  const isStill = findings.every((each) => each.holds) ||
    await stoodStill(scene, primary, { snapshot: original!.snapshot, signal });
  const left = unlogged.length > 0 ? `; left out as unlogged: ${unlogged.join(", ")}` : "";
  const text = `${primary.node.name} has ${describeCopy(original!)}${left}`;
  const data = { snapshot: original!.snapshot.id, tables: Object.fromEntries(original!.digests) };
  return lookOf(
    findings.map((each) => each.code === "StillMoving" && isStill ? settled(each) : each),
    expected,
    [{ kind: "rows", node: primary.node.name, text, data }],
  );
}

function findingOf(
  node: Node,
  found: { original: Copy; copy: Copy; differences: Difference[] },
): Finding {
  const { original, copy, differences } = found;
  const data = { snapshot: copy.snapshot.id, tables: Object.fromEntries(copy.digests) };
  if (differences.length === 0) {
    return { node, holds: true, code: "", seen: `has ${describeCopy(copy)}`, kind: "rows", data };
  }
  const shown = differences.slice(0, differencesShown).map((each) => each.text);
  const seen = `differs in ${count(differences.length, "place")}: ${shown[0]}`;
  // Sequences move outside of transactions: that both show the same ones says nothing of them.
  const isExact = copy.snapshot.isSameAs(original.snapshot) &&
    differences.some((each) => each.isTransactional);
  const finding = { node, seen, kind: "rows", data, lines: shown };
  return isExact
    ? { ...finding, holds: false, final: true, code: "DifferentData" }
    : { ...finding, holds: undefined, code: "StillMoving", seen: `still moving, ${seen}` };
}

/** Nothing changed while the snapshots were taken, so they should have been equal. */
function settled(finding: Finding): Finding {
  const seen = finding.seen.replace("still moving, ", "");
  return { ...finding, holds: false, code: "DifferentData", seen };
}

/**
 * True when no transaction has ended on the primary from before the replicas were waited for until
 * after the last snapshot, and no commit, seen by replicas already, waits to become visible.
 */
async function stoodStill(
  scene: Scene,
  before: PrimaryPosition,
  during: { snapshot: Snapshot; signal: AbortSignal },
): Promise<boolean> {
  const { snapshot, signal } = during;
  const waits = "select count(*)::int from pg_stat_activity where wait_event = 'SyncRep'";
  if (await scene.observer.value(before.node, waits, signal) !== 0) return false;
  const now = await primaryPosition(scene, signal);
  return now?.node === before.node && now.snapshot === before.snapshot &&
    snapshot.id === before.snapshot;
}

/** `3 tables, 120 rows in all`. */
function describeCopy({ digests }: Copy): string {
  const rows = [...digests.values()].reduce((sum, each) => sum + each.rows, 0);
  return `${count(digests.size, "table")}, ${count(rows, "row")} in all`;
}

/** Damaged pages are a difference; a query that replay had to cancel has seen nothing. */
function unreadable(node: Node, error: unknown, signal: AbortSignal): Finding {
  if (error instanceof SqlError && /^XX00[12]$/.test(error.code)) {
    const seen = `cannot read its own data: ${describeCode(error.code)}: ${error.message}`;
    return { node, holds: false, final: true, code: "CorruptData", seen, kind: "error" };
  }
  if (error instanceof SqlError && /^40/.test(error.code)) {
    const seen = `was interrupted: ${describeCode(error.code)}: ${error.message}`;
    return { node, holds: undefined, code: "RecoveryConflict", seen, kind: "error" };
  }
  return absent(node, error, signal);
}
