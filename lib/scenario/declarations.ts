/**
 * What a scenario declares before its steps: its loads, and what it requires.
 *
 * @module
 */
import { compareVersion, oldestMajor } from "../cluster/version.ts";
import type { LoadWords, ScenarioWords } from "./grammar.ts";
import type { Path } from "./document.ts";
import { readDraws } from "./draws.ts";
import { given } from "./given.ts";
import type { LoadSpec, Value, WorkloadSpec } from "./model.ts";
import type { Reading } from "./reading.ts";
import { checkNode } from "./referents.ts";
import { checkReads, checkSql } from "./sql_checks.ts";
import { listed } from "./vocabulary.ts";
import { readSql } from "../sql/bind.ts";
import { isolationDefault } from "../workload/kind.ts";
import { workloads } from "../workload/registry.ts";

/** The declared loads. */
export function readLoads(reading: Reading, loads: ScenarioWords["load"]): LoadSpec[] {
  return Object.entries(loads).map(([name, words]) => readLoad(reading, name, words));
}

function readLoad(reading: Reading, name: string, words: LoadWords): LoadSpec {
  const path = ["load", name];
  const { document, report } = reading;
  reading.workloads.set(name, words.pgbench === undefined ? words.workload : "pgbench");
  const workload = readWorkload(reading, words, path);
  const draws = readDraws(reading, words.draw ?? {}, [...path, "draw"]);
  const written = words.sql === undefined ? [] : scriptsOf(words.sql, [...path, "sql"]);
  const statements = written.flatMap((script) => script.statements);
  for (const { sql, path: at } of statements) {
    checkSql(reading, sql, at, { isLoad: true, drawn: Object.keys(words.draw ?? {}) });
    if (words.read) checkReads(reading, sql, at, true);
  }
  checkNode(reading, words.node, [...path, "node"]);
  const used = new Set(
    statements.flatMap(({ sql }) => readSql(sql).names.map((each) => each.name)),
  );
  if (words.ledger !== undefined && words.pgbench === undefined) {
    checkLedger(reading, written, words.read, path);
  }
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
    ...given({
      ledger: words.ledger === undefined ? undefined : splitColumn(words.ledger),
      workload,
      pgbench: words.pgbench,
    }),
    ...(vars.length > 0 ? { vars: Object.fromEntries<Value>(vars) } : {}),
  };
}

/** Words of loads that send statements of the scenario's, and of those that send their own. */
const ofSql = ["draw", "read", "ledger"] as const;
const ofWorkload = ["readers", "isolation"] as const;

/** What a load does is said by `sql`, `workload` or `pgbench`, and each has words of its own. */
function readWorkload(
  reading: Reading,
  words: LoadWords,
  path: Path,
): WorkloadSpec | undefined {
  const { document, report } = reading;
  const { sql, workload, readers = "replicas", isolation = isolationDefault } = words;
  if (words.pgbench !== undefined) return void checkPgbench(reading, words, path);
  if (sql === undefined && workload === undefined) {
    report.add(document.keyAt(path), "missing-word", "this load does nothing", {
      hint: `write its "sql", a script for "pgbench", or a "workload": ` +
        listed([...workloads.keys()], "or"),
    });
    return undefined;
  }
  const isOwn = workload !== undefined;
  const misplaced = isOwn ? ["sql" as const, ...ofSql] : ofWorkload;
  for (
    const word of misplaced.filter((each) => words[each] !== undefined && words[each] !== false)
  ) {
    const message = isOwn
      ? `"${word}" cannot stand beside "workload"`
      : `"${word}" needs "workload" beside it`;
    report.add(document.keyAt([...path, word]), "misplaced-word", message, {
      hint: isOwn ? "a workload has statements of its own" : "only a workload has one",
    });
  }
  if (!isOwn) return undefined;
  if (words.rate === Infinity) {
    report.add(document.valueAt([...path, "rate"]), "bad-value", "a workload needs a rate", {
      hint: "its history would have no end; write one like 200/s",
    });
  }
  if (words.clients > 1 && workloads.get(workload)!.isSingle) {
    report.add(document.valueAt([...path, "clients"]), "bad-value", `${workload} has one client`, {
      hint: "raise its rate instead",
    });
  }
  checkNode(reading, readers, [...path, words.readers === undefined ? "workload" : "readers"]);
  return { kind: workload, readers, isolation };
}

/** pgbench has a language of its own for what it sends, and tells nobody what it sent. */
function checkPgbench({ document, report }: Reading, words: LoadWords, path: Path): void {
  const others = ["sql", "workload", ...ofSql, ...ofWorkload] as const;
  for (const word of others.filter((each) => words[each] !== undefined && words[each] !== false)) {
    const message = `"${word}" cannot stand beside "pgbench"`;
    const hint = word === "ledger"
      ? "pgbench keeps no ledger: write the load with sql"
      : "pgbench performs its script and nothing else";
    report.add(document.keyAt([...path, word]), "misplaced-word", message, { hint });
  }
}

/** A script, and where each of its statements stands. */
interface Written {
  weight: number;
  statements: { sql: string; path: Path }[];
}

function scriptsOf(sql: NonNullable<LoadWords["sql"]>, path: Path): Written[] {
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
  checkVersions(reading, requires);
}

/** Majors that a server may have, to find out whether any is as required. */
const majors = Array.from({ length: 100 - oldestMajor }, (_, index) => oldestMajor + index);

/** Requirements that no version meets would leave the scenario out for good, without a word. */
function checkVersions({ document, report }: Reading, requires: readonly string[]): void {
  const conditions = requires.flatMap((text) =>
    /^postgres\s*([<>=].*)$/.exec(text.trim())?.[1] ?? []
  );
  const isMet = (major: number, minor: number) =>
    conditions.every((each) => compareVersion(each, major * 10_000 + minor) !== false);
  if (majors.some((major) => [0, 99].some((minor) => isMet(major, minor)))) return;
  report.add(document.keyAt(["requires"]), "bad-value", "no version is as required here", {
    hint: `the oldest that can be run is ${oldestMajor}`,
  });
}
