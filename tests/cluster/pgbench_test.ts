/**
 * pgbench as the driver of a load: what it says is in the load's own model, and what it cannot know
 * nobody is told. Where this machine has none, cases say so and are not run.
 *
 * @module
 */
import { equal, match, ok } from "node:assert/strict";
import { lacksPgbench } from "../../lib/load/pgbench_program.ts";
import { ended, passed, play, stepOf } from "./language_fixture.ts";

const bench = (script: string, rate = "100/s") => `
load:
  bench:
    pgbench: ${JSON.stringify(script)}
    rate: ${rate}
    clients: 2
setup:
  - sql: create table item (id bigint generated always as identity)
steps:
  - { name: begins, load: bench }
`;

const insert = "insert into item default values;";

Deno.test("pgbench drives a load whose numbers are those of its log", async () => {
  const results = await play({
    counts: `${bench(insert)}
  - { expect: commit_rate, of: bench, at_least: 10/s, within: 10s, for: 1s }
  - end: bench
  - { name: rows, query: select count(*) from item, above: 0, save: rows }
`,
    closed: `${bench(insert, "max")}
  - end: bench
  - { query: select count(*) from item, above: 0 }
`,
    broken: `${bench("insert into nowhere values (1);")}
  - { expect: commit_rate, of: bench, at_least: 1/s, within: 5s }
`,
    killed: `${bench(insert)}
  - { fault: kill, node: primary, for: 100ms }
  - { name: goes on, expect: commit_rate, of: bench, at_least: 10/s, within: 3s }
`,
  }, { replicas: 0 });
  const lacking = lacksPgbench();
  if (lacking !== undefined) {
    for (const [, { verdict, reason }] of results) {
      equal(verdict, "not-run");
      match(reason!, /there is no pgbench on this machine/);
    }
    return;
  }
  const counts = results.get("counts");
  passed(counts);
  const of = (name: string, result = counts) =>
    result!.measures.find((measure) => measure.name === `bench.${name}`);
  const acknowledged = of("latency")!.n;
  const rows = Number(stepOf(counts, "rows").evidence[0]!.text);
  // A transaction of each client may have been committed when its connection was ended.
  ok(acknowledged <= rows && rows <= acknowledged + 2, `${acknowledged} of ${rows} rows`);
  const text = counts!.timeline.find(({ kind }) => kind === "load-ended")!.text;
  match(text, new RegExp(`^bench ended: ${acknowledged} sent, ${acknowledged} acknowledged`));
  equal(of("schedule_slip")!.n, acknowledged);
  ok(of("latency")!.max >= of("service_time")!.max);
  ok(counts!.notes.every((note) => !note.includes("GeneratorLate")), counts!.notes.join());

  passed(results.get("closed"));
  equal(of("latency", results.get("closed")), undefined);
  ok(of("service_time", results.get("closed"))!.n > 0);

  ended(results.get("broken"), {
    verdict: "error",
    step: "begins",
    code: "NodeError",
    seen: /pgbench ended: .*nowhere/,
  });
  ended(results.get("killed"), {
    verdict: "error",
    step: "goes on",
    code: "GeneratorLate",
    seen: /0\/s acknowledged, but pgbench ended/,
  });
});
