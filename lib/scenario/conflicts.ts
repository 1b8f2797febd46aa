/**
 * Words that are each allowed, but not together: one of them would silently have no effect.
 *
 * @module
 */
import type { Path } from "./document.ts";
import type { Reading } from "./reading.ts";

/** Two words that exclude each other, and why. */
type Conflict = readonly [one: string, other: string, why: string];

/** Why a statement through a pooler cannot be watched while it hangs. */
export const throughBlocks = "behind a pooler nobody knows which backend would hang";

const throughAs: Conflict = ["through", "as", "the pooler logs in as the stack's user"];

const ofSql: readonly Conflict[] = [
  ["error", "save", "a refused statement leaves nothing to save"],
  ["error", "blocks", "a statement that hangs does not fail"],
  ["blocks", "save", "a statement that hangs leaves nothing to save"],
  ["through", "blocks", throughBlocks],
  throughAs,
];

const ofQuery: readonly Conflict[] = [
  throughAs,
  ["error", "save", "a refused query leaves nothing to save"],
  ...["is", "not", "below", "above", "at_most", "at_least", "matches", "lacks"].map(
    (word): Conflict => ["error", word, "a refused query leaves nothing to compare"],
  ),
  ["lsn", "for", "after the replay it looks exactly once"],
  ["lsn", "every", "after the replay it looks exactly once"],
];

const ofEnd: readonly Conflict[] = [
  ["error", "save", "a refused statement leaves nothing to save"],
];

const conflicts = { sql: ofSql, query: ofQuery, end: ofEnd };

/** Reports words of a step that exclude each other. */
export function checkConflicts(
  reading: Reading,
  step: { verb: keyof typeof conflicts; words: Record<string, unknown>; path: Path },
): void {
  for (const [one, other, why] of conflicts[step.verb]) {
    if (step.words[one] === undefined || step.words[other] === undefined) continue;
    const at = reading.document.keyAt([...step.path, other]);
    reading.report.add(at, "misplaced-word", `"${other}" cannot stand beside "${one}"`, {
      hint: why,
    });
  }
}

/** Reports a sampling interval where nothing is sampled. */
export function checkEvery(reading: Reading, words: Record<string, unknown>, path: Path): void {
  if (words.every === undefined) return;
  const at = reading.document.keyAt([...path, "every"]);
  const [within, held] = [words.within ?? 0, words.for ?? 0] as number[];
  if (within! + held! > 0 && (words.every as number) > within! + held!) {
    const message = `"every" is longer than the step may take: it would look once`;
    reading.report.add(at, "bad-value", message, { hint: "look more often, or longer" });
  }
  if (words.within !== undefined || words.for !== undefined || words.lsn !== undefined) return;
  reading.report.add(at, "misplaced-word", `"every" has no meaning: the step looks once`, {
    hint: `say how long with "within" or "for"`,
  });
}

/** Roles that can mean several nodes. */
const plural = ["replicas", "all"];

/** Checks that what needs one node has one, and that a session stays where it is. */
export function checkOneNode(reading: Reading, words: Record<string, unknown>, path: Path): void {
  const { document, report, sessions } = reading;
  const node = typeof words.node === "string" ? words.node : "primary";
  const single = words.session !== undefined ? "session" : words.save && "save";
  if (single && plural.includes(node)) {
    const message = `"${single}" needs one node, "${node}" means several`;
    report.add(document.valueAt([...path, "node"]), "bad-value", message, {
      hint: "name a node, or write any replica",
    });
  }
  if (typeof words.session !== "string") return;
  const { session } = words;
  const as = typeof words.as === "string" ? words.as : undefined;
  const through = typeof words.through === "string" ? words.through : undefined;
  const open = sessions.get(session);
  if (!open) sessions.set(session, { node, as, through, isBusy: false });
  else if (open.isBusy) {
    const message = `session "${session}" is busy: its statement was left running`;
    report.add(document.valueAt([...path, "session"]), "misplaced-word", message, {
      hint: `wait for it first: "end: ${session}"`,
    });
  } else {
    const moved = words.node !== undefined && node !== open.node
      ? "node"
      : as !== undefined && as !== open.as
      ? "as"
      : through !== undefined && through !== open.through
      ? "through"
      : undefined;
    if (moved === undefined) return;
    const hint = `it was opened on ${open.node}${open.as ? ` as ${open.as}` : ""}`;
    const what = { node: "node", as: "role", through: "way to the node" }[moved];
    const message = `session "${session}" is open already and cannot change its ${what}`;
    report.add(document.valueAt([...path, moved]), "misplaced-word", message, { hint });
  }
}
