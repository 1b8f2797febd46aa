import { deepEqual, equal, throws } from "node:assert/strict";
import { ScenarioError } from "../scenario/diagnostic.ts";
import { parseMutant, readMutants } from "./read.ts";

const good = `mutant: A replica applies late
why: Its answers are old.

change:
  - { setting: recovery_min_apply_delay, node: replica1, is: 5s }

fails:
  scenario: scenarios/lag/lag-under-load.yaml
  check: no replica is staler than the objective
  by: behaviour
`;

Deno.test("parseMutant() reads a mutant", () => {
  const { placeOf, changes, ...mutant } = parseMutant("late.yaml", good);
  deepEqual(mutant, {
    file: "late.yaml",
    text: good,
    name: "A replica applies late",
    why: "Its answers are old.",
    targets: ["local", "compose"],
    overlays: [],
    green: [],
    kill: {
      scenario: "scenarios/lag/lag-under-load.yaml",
      matrix: {},
      check: "no replica is staler than the objective",
      by: "behaviour",
    },
  });
  deepEqual(changes, [{
    kind: "setting",
    place: { line: 5, column: 7 },
    name: "recovery_min_apply_delay",
    node: "replica1",
    value: "5s",
  }]);
  deepEqual(placeOf(["fails", "check"]), { line: 9, column: 10 });
});

Deno.test("parseMutant() reads every kind of change", () => {
  const kinds = `
  - { setting: fsync, is: false }
  - { compose: services.replica1.ports.0, remove: true }
  - { compose: [services, a.b], is: null }
  - { file: conf/pg_hba.conf, node: replica1, replace: trust, by: reject }
  - { file: conf/pg_hba.conf, append: local all all trust }
  - { sql: select 1 }
  - { sql: [select 1, select 2], node: replicas, until: select true }
  - { scenario: [steps, the master dies, within], is: 3s }
  - { scenario: [steps, 0], before: [{ do: checkpoint }] }`;
  const text = good.replace(/\n {2}- .*/, kinds);
  const { changes } = parseMutant("kinds.yaml", text);
  deepEqual(changes.map(({ place: _place, ...change }) => change), [
    { kind: "setting", name: "fsync", value: "off" },
    { kind: "compose", path: ["services", "replica1", "ports", 0], written: { remove: true } },
    { kind: "compose", path: ["services", "a.b"], written: { is: null } },
    {
      kind: "file",
      file: "conf/pg_hba.conf",
      node: "replica1",
      replace: "trust",
      by: "reject",
    },
    { kind: "file", file: "conf/pg_hba.conf", append: "local all all trust" },
    { kind: "sql", statements: ["select 1"], node: "primary" },
    {
      kind: "sql",
      statements: ["select 1", "select 2"],
      node: "replicas",
      until: "select true",
    },
    { kind: "scenario", path: ["steps", "the master dies", "within"], written: { is: "3s" } },
    { kind: "scenario", path: ["steps", 0], written: { before: [{ do: "checkpoint" }] } },
  ]);
});

/** What is changed of the good one, and all that is said of it. */
const bad: Record<string, { from: RegExp | string; to: string; said: string[] }> = {
  "nothing to see it": {
    from: /fails:[^]*/,
    to: "",
    said: ['1:1 one of "fails" and "stays_green" is missing'],
  },
  "both expectations": {
    from: /$/,
    to: "stays_green: [scenarios/lag/lag-under-load.yaml]\n",
    said: ['11:1 "stays_green" cannot stand beside "fails"'],
  },
  "a misspelt word": {
    from: "check:",
    to: "chek:",
    said: [
      '9:3 unknown word "chek" (did you mean "check"?)',
    ],
  },
  "no check": {
    from: / {2}check: .*\n/,
    to: "",
    said: ['7:1 one of "check" and "start" is missing'],
  },
  "a way of seeing that is none": {
    from: "by: behaviour",
    to: "by: behavior",
    said: [
      '10:7 "by" must be behaviour or configuration, not "behavior" (did you mean "behaviour"?)',
    ],
  },
  "a change of no kind": {
    from: "{ setting: recovery_min_apply_delay, node: replica1, is: 5s }",
    to: "{ node: replica1, is: 5s }",
    said: [
      '5:5 one of "setting", "compose", "file", "sql" and "scenario" is missing',
    ],
  },
  "a change of two kinds": {
    from: "setting: recovery_min_apply_delay",
    to: "setting: fsync, sql: select 1",
    said: ['5:23 "sql" cannot stand beside "setting"'],
  },
  "a setting without a value": {
    from: ", is: 5s",
    to: "",
    said: ['5:5 one of "is" and "remove" is missing'],
  },
  "a line that one node has no file for": {
    from: "is: 5s",
    to: "remove: true",
    said: ['5:42 "remove" takes a line out of the file of all nodes'],
  },
  "half a replacement": {
    from: /\{ setting.*\}/,
    to: "{ file: conf/pg_hba.conf, replace: trust }",
    said: ['5:7 "replace" says what, "by" says by what'],
  },
  "a target that is none": {
    from: "why:",
    to: "targets: [docker]\nwhy:",
    said: ['2:11 "targets" must be local or compose, not "docker"'],
  },
  "a pattern that does not compile": {
    from: "  by:",
    to: "  seen: '('\n  by:",
    said: [
      '10:9 "seen": the regular expression does not compile: Unterminated group (write \\ before a character that stands for itself, like \\()',
    ],
  },
  "a scenario": {
    from: /[^]*/,
    to: "- steps",
    said: [
      '1:1 the file holds no mutant (a mutant begins with "mutant: what is wrong with the stack")',
    ],
  },
};

for (const [name, { from, to, said }] of Object.entries(bad)) {
  Deno.test(`parseMutant() refuses ${name}`, () => {
    throws(() => parseMutant("bad.yaml", good.replace(from, to)), (error) => {
      if (!(error instanceof ScenarioError)) throw error;
      const found = error.diagnostics.map(({ line, column, message, hint }) =>
        `${line}:${column} ${message}${hint === undefined ? "" : ` (${hint})`}`
      );
      deepEqual(found, said);
      return true;
    });
  });
}

Deno.test("readMutants() reads all that ship", async () => {
  const mutants = await readMutants([]);
  equal(new Set(mutants.map(({ name }) => name)).size, mutants.length);
});
