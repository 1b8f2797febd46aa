/**
 * What a scenario declares before its steps: its loads, and what it requires.
 *
 * @module
 */
import type { LoadWords, ScenarioWords } from "./grammar.ts";
import type { Path } from "./document.ts";
import { readDraws } from "./draws.ts";
import { given } from "./given.ts";
import type { LoadSpec, Value } from "./model.ts";
import type { Reading } from "./reading.ts";
import { checkNode } from "./referents.ts";
import { checkReads, checkSql } from "./sql_checks.ts";
import { readSql } from "../sql/bind.ts";

/** The declared loads. */
export function readLoads(reading: Reading, loads: ScenarioWords["load"]): LoadSpec[] {
  return Object.entries(loads).map(([name, words]) => readLoad(reading, name, words));
}

function readLoad(reading: Reading, name: string, words: LoadWords): LoadSpec {
  const path = ["load", name];
  const { document, report } = reading;
  const draws = readDraws(reading, words.draw ?? {}, [...path, "draw"]);
  const written = scriptsOf(words.sql, [...path, "sql"]);
  const statements = written.flatMap((script) => script.statements);
  for (const { sql, path: at } of statements) {
    checkSql(reading, sql, at, { isLoad: true, drawn: Object.keys(words.draw ?? {}) });
    if (words.read) checkReads(reading, sql, at, true);
  }
  checkNode(reading, words.node, [...path, "node"]);
  const used = new Set(
    statements.flatMap(({ sql }) => readSql(sql).names.map((each) => each.name)),
  );
  if (words.ledger !== undefined) checkLedger(reading, written, words.read, path);
  for (const each of Object.keys(words.draw ?? {})) {
    if (used.has(each)) continue;
    report.add(document.keyAt([...path, "draw", each]), "bad-value", `":${each}" is not used`, {
      hint: "write it into the SQL, or do not draw it",
    });
  }
  const vars = [...reading.constants].filter(([each]) => used.has(each) && !(each in draws));
  return {
    name,
    place: document.keyAt(path),
    scripts: written.map((script) => ({
      weight: script.weight,
      statements: script.statements.map(({ sql }) => sql),
    })),
    ratePerSecond: words.rate,
    clients: words.clients,
    node: words.node,
    ...(Object.keys(draws).length > 0 ? { draws } : {}),
    ...(words.read ? { isRead: true } : {}),
    ...given({ ledger: words.ledger === undefined ? undefined : splitColumn(words.ledger) }),
    ...(vars.length > 0 ? { vars: Object.fromEntries<Value>(vars) } : {}),
  };
}

/** A script, and where each of its statements stands. */
interface Written {
  weight: number;
  statements: { sql: string; path: Path }[];
}

function scriptsOf(sql: LoadWords["sql"], path: Path): Written[] {
  const statementsOf = (texts: string | string[], at: Path) =>
    typeof texts === "string"
      ? [{ sql: texts, path: at }]
      : texts.map((text, index) => ({ sql: text, path: [...at, index] }));
  const isPlain = (texts: unknown[]): texts is string[] => typeof texts[0] === "string";
  if (typeof sql === "string" || isPlain(sql)) {
    return [{ weight: 1, statements: statementsOf(sql, path) }];
  }
  return sql.map((script, index) => ({
    weight: script.weight,
    statements: statementsOf(script.sql, [...path, index, "sql"]),
  }));
}

/** Every write must say which one it is; a script that writes elsewhere would be lost for good. */
function checkLedger(
  reading: Reading,
  scripts: readonly Written[],
  isRead: boolean,
  path: Path,
): void {
  const { document, report } = reading;
  const at = document.keyAt([...path, "ledger"]);
  if (isRead) {
    report.add(at, "bad-value", "a load that only reads has no ledger of writes", {
      hint: `leave out "ledger" or "read"`,
    });
    return;
  }
  const hasNumber = ({ statements }: Written) =>
    statements.some(({ sql }) => readSql(sql).names.some((each) => each.name === "n"));
  if (scripts.every(hasNumber)) return;
  const message = scripts.length === 1
    ? "a ledger needs :n in the SQL, to know which write is which"
    : "a ledger needs :n in each script, to know which write is which";
  report.add(at, "bad-sql", message, { hint: "write :n where the column gets its value" });
}

/** `schema.table.column` is the column of a table in a schema. */
function splitColumn(text: string): { table: string; column: string } {
  const dot = text.lastIndexOf(".");
  return { table: text.slice(0, dot), column: text.slice(dot + 1) };
}

/** `postgres>=16`, or the name of a capability. */
const requirement = /^[A-Za-z_][\w-]*(?:\s*(?:>=|<=|=|>|<)\s*\d+(?:\.\d+)*)?$/;

/** Checks the form of what is required; whether the target has it is found out when it runs. */
export function checkRequires(reading: Reading, requires: readonly string[]): void {
  const { document, report } = reading;
  requires.forEach((text, index) => {
    if (requirement.test(text.trim())) return;
    report.add(
      document.valueAt(["requires", index]),
      "bad-value",
      `"${text.slice(0, 60)}" is no requirement`,
      { hint: "write a capability, or a version like postgres>=16" },
    );
  });
}
