/**
 * What can be known of a statement before it runs: whether a query writes, which names it binds,
 * which error it expects.
 *
 * @module
 */
import { readSql } from "../sql/bind.ts";
import { conditionNames, sqlstateOf } from "../sql/condition.ts";
import type { Path } from "./document.ts";
import { reportUnknownName } from "./names.ts";
import { didYouMean } from "./nearest.ts";
import type { Reading } from "./reading.ts";

/** First words of statements that only read; `fetch` and `execute` use what a session holds. */
const readingWords = ["select", "with", "values", "table", "show", "explain", "fetch", "execute"];

/** Whose names a statement may bind. */
export interface BindScope {
  /** `:n` counts the operations of a load; what steps save is unknown to it. */
  isLoad: boolean;
  /** Names that the load draws. */
  drawn?: readonly string[];
}

/** Checks a statement or several, and every `:name` in them. */
export function checkSql(reading: Reading, sql: string, path: Path, scope: BindScope): void {
  const { document, report } = reading;
  const { names, statements } = readSql(sql);
  if (statements.length === 0) {
    report.add(document.valueAt(path), "bad-sql", "there is no statement in this SQL");
    return;
  }
  const [first] = names;
  if (statements.length > 1 && first) {
    report.add(
      document.textAt(path, `:${first.name}`),
      "bad-sql",
      "only a single statement can use names",
      { hint: scope.isLoad ? "write a list of statements" : "write one step for each statement" },
    );
  }
  const told = new Set<string>();
  for (const { name, offset } of names) {
    if (told.has(name) || report.isFull) continue;
    if (reading.constants.has(name)) continue;
    if (scope.drawn?.includes(name)) continue;
    if (scope.isLoad ? name === "n" : reading.saved.has(name)) continue;
    told.add(name);
    const nth = sql.slice(0, offset).split(`:${name}`).length - 1;
    const at = document.textAt(path, `:${name}`, nth);
    if (scope.isLoad && reading.savedSomewhere.has(name)) {
      report.add(at, "unknown-name", `":${name}" is saved by a step, a load cannot use it`, {
        hint: "a load knows :n, what it draws, vars and the matrix",
      });
    } else if (name === "n" && !reading.savedSomewhere.has(name)) {
      report.add(at, "unknown-name", `":n" counts the operations of a load`, {
        hint: "no step knows it",
      });
    } else reportUnknownName(reading, { name, at });
  }
}

/** Checks that a query only reads, and holds one statement. */
export function checkReads(reading: Reading, sql: string, path: Path, isLoad = false): void {
  const { document, report } = reading;
  const { statements } = readSql(sql);
  const acting = statements.find((word) => !readingWords.includes(word));
  if (acting !== undefined) {
    const written = new RegExp(`\\b${RegExp.escape(acting)}`, "i").exec(sql)?.[0] ?? acting;
    report.add(
      document.textAt(path, written),
      "bad-sql",
      `${isLoad ? "a read load" : '"query"'} only reads, "${acting.slice(0, 40)}" does not`,
      { hint: isLoad ? `leave out "read"` : `use "sql" for a statement that acts` },
    );
  } else if (statements.length > 1) {
    report.add(document.valueAt(path), "bad-sql", "a query is one statement", {
      hint: "write one step for each",
    });
  }
}

/** Checks that an expected error exists. */
export function checkCondition(reading: Reading, error: string, path: Path): void {
  if (sqlstateOf(error) !== undefined) return;
  reading.report.add(
    reading.document.valueAt(path),
    "bad-value",
    `no error condition is called "${error}"`,
    {
      hint: didYouMean(error, conditionNames) ?? "write a condition name or a SQLSTATE, like 25006",
    },
  );
}
