/**
 * What a scenario declares before its steps: its loads, and what it requires.
 *
 * @module
 */
import type { LoadWords, ScenarioWords } from "./grammar.ts";
import { given } from "./given.ts";
import type { LoadSpec, Value } from "./model.ts";
import type { Reading } from "./reading.ts";
import { checkNode } from "./referents.ts";
import { checkSql } from "./sql_checks.ts";
import { readSql } from "../sql/bind.ts";

/** The declared loads. */
export function readLoads(reading: Reading, loads: ScenarioWords["load"]): LoadSpec[] {
  return Object.entries(loads).map(([name, words]) => readLoad(reading, name, words));
}

function readLoad(reading: Reading, name: string, words: LoadWords): LoadSpec {
  const path = ["load", name];
  const isList = Array.isArray(words.sql);
  const statements = [words.sql].flat();
  statements.forEach((sql, index) => {
    const at = isList ? [...path, "sql", index] : [...path, "sql"];
    checkSql(reading, sql, at, { isLoad: true });
  });
  checkNode(reading, words.node, [...path, "node"]);
  const used = new Set(statements.flatMap((sql) => readSql(sql).names.map((each) => each.name)));
  const { document, report } = reading;
  if (words.ledger !== undefined && !used.has("n")) {
    const message = "a ledger needs :n in the SQL, to know which write is which";
    report.add(document.keyAt([...path, "ledger"]), "bad-sql", message, {
      hint: "write :n where the column gets its value",
    });
  }
  const vars = [...reading.constants].filter(([each]) => used.has(each));
  return {
    name,
    place: document.keyAt(path),
    statements,
    ratePerSecond: words.rate,
    clients: words.clients,
    node: words.node,
    ...given({ ledger: words.ledger === undefined ? undefined : splitColumn(words.ledger) }),
    ...(vars.length > 0 ? { vars: Object.fromEntries<Value>(vars) } : {}),
  };
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
