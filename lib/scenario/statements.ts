/**
 * The steps that send SQL: `sql` and `query`.
 *
 * @module
 */
import { readComparison } from "./comparison_checks.ts";
import { checkConflicts, checkOneNode, throughBlocks } from "./conflicts.ts";
import type { Path } from "./document.ts";
import { given } from "./given.ts";
import type { Operand, QueryStep, Saved, SqlStep, StepBase } from "./model.ts";
import { namesOfSave } from "./names.ts";
import type { Reading } from "./reading.ts";
import { checkCondition, checkReads, checkSql } from "./sql_checks.ts";

/** Words of `sql` after its schema. */
interface SqlWords extends Record<string, unknown> {
  sql: string;
  node?: string;
  session?: string;
  as?: string;
  through?: "pooler";
  error?: string;
  blocks?: number;
  save?: Record<string, Saved>;
}

/** Words of `query` after its schema. */
interface QueryWords extends Record<string, unknown> {
  query: string;
  node?: string;
  session?: string;
  as?: string;
  through?: "pooler";
  error?: string;
  save?: Record<string, Saved>;
  lsn?: Operand;
  measure?: string;
  within?: number;
  for?: number;
  every?: number;
}

/** Where statements go when the step does not say. */
const nodeDefault = "primary";

/** Builds `sql`. */
export function buildSql(reading: Reading, base: StepBase, source: {
  words: Record<string, unknown>;
  path: Path;
}): SqlStep {
  const words = source.words as SqlWords;
  const { path } = source;
  checkSql(reading, words.sql, [...path, "sql"], { isLoad: false });
  if (words.error !== undefined) checkCondition(reading, words.error, [...path, "error"]);
  checkConflicts(reading, { verb: "sql", words, path });
  checkOneNode(reading, words, path);
  checkSaved(reading, words.save, path);
  if (words.error !== undefined || words.blocks !== undefined) reading.counts.judging++;
  if (words.blocks !== undefined && words.session !== undefined) leaveRunning(reading, words, path);
  return {
    ...base,
    verb: "sql",
    sql: words.sql,
    node: words.node ?? nodeDefault,
    ...given({
      session: words.session,
      as: words.as,
      through: words.through,
      error: words.error,
      blocksMs: words.blocks,
    }),
    save: words.save ?? {},
  };
}

/** Builds `query`, of a step or of an invariant. */
export function buildQuery(reading: Reading, base: StepBase, source: {
  words: Record<string, unknown>;
  path: Path;
}): QueryStep {
  const words = source.words as QueryWords;
  const { path } = source;
  checkSql(reading, words.query, [...path, "query"], { isLoad: false });
  checkReads(reading, words.query, [...path, "query"]);
  if (words.error !== undefined) checkCondition(reading, words.error, [...path, "error"]);
  checkConflicts(reading, { verb: "query", words, path });
  checkOneNode(reading, words, path);
  const compare = readComparison(reading, words, path);
  const isJudging = Object.keys(compare).length > 0 || words.error !== undefined;
  if (isJudging) reading.counts.judging++;
  else if (words.save === undefined && words.measure === undefined) {
    reading.report.add(
      reading.document.keyAt([...path, "query"]),
      "missing-word",
      "this query compares nothing, so it cannot fail",
      { hint: "say what it must be: is, not, below, above, at_most, at_least, matches, lacks" },
    );
  }
  checkSaved(reading, words.save, path);
  return {
    ...base,
    verb: "query",
    sql: words.query,
    node: words.node ?? nodeDefault,
    ...given({
      session: words.session,
      as: words.as,
      through: words.through,
      error: words.error,
      lsn: words.lsn,
      measure: words.measure,
      withinMs: words.within,
      forMs: words.for,
      everyMs: words.every,
    }),
    compare,
    save: words.save ?? {},
  };
}

/** The session is busy from here on, until `end` waits for its statement. */
function leaveRunning(reading: Reading, words: SqlWords, path: Path): void {
  const name = words.session!;
  const session = reading.sessions.get(name);
  if (session) session.isBusy = true;
  if (session?.through !== undefined && words.through === undefined) {
    const at = reading.document.keyAt([...path, "blocks"]);
    const message = `"blocks" cannot stand in a session that goes through a pooler`;
    reading.report.add(at, "misplaced-word", message, { hint: throughBlocks });
  }
  if (!reading.lifetimes.isTaken(name)) return;
  const at = reading.document.valueAt([...path, "session"]);
  const message = `"${name}" is the name of a load, a fault or a lane`;
  reading.report.add(at, "misplaced-word", message, { hint: `"end: ${name}" would not be clear` });
}

/** A saved name must not hide a constant: one name would have two values. */
export function checkSaved(
  reading: Reading,
  save: Record<string, Saved> | undefined,
  path: Path,
): void {
  for (const name of namesOfSave(save)) {
    if (!reading.constants.has(name)) continue;
    reading.report.add(
      reading.document.textAt([...path, "save"], name),
      "bad-value",
      `"${name}" is a variable or a matrix axis already`,
      { hint: "save it under another name" },
    );
  }
}
