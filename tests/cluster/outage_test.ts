/**
 * `outage` and `data_loss` in scenarios on real servers: the numbers are those of the ledger, and
 * nothing is measured where nothing happened.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { CaseResult } from "../../lib/result/model.ts";
import { ended, passed, play, stepOf } from "./language_fixture.ts";

const orders = `
load:
  orders:
    sql: insert into orders values (:n)
    rate: 200/s
    clients: 2
    ledger: orders.id
  later:
    sql: insert into later values (:n)
    rate: 200/s
    ledger: later.id
setup:
  - sql: create table orders (id int primary key)
  - sql: create table later (id int primary key)
  - { expect: caught_up, node: replicas, within: 10s }
`;

const served = (load = "orders") => `
  - load: ${load}
  - { expect: commit_rate, of: ${load}, at_least: 50/s, within: 10s }`;

const cut = "\n  - { fault: partition, between: [replicas, primary], as: cut }";
const killed = "\n  - { fault: kill, node: master, as: loss }";
const promoted = "\n  - { do: promote, node: replica1 }";
const recovered =
  "\n  - { expect: commit_rate, of: orders, at_least: 50/s, within: 15s, for: 100ms }";

/** The data of the evidence of one kind. */
function dataOf(result: CaseResult | undefined, title: string, kind: string) {
  const found = stepOf(result, title).evidence.findLast((each) => each.kind === kind);
  return found?.data as Record<string, unknown>;
}

Deno.test("outage is what clients lived through, and needs something to have happened", async () => {
  const results = await play({
    failover: `${orders}
steps:${served()}
  - { expect: commit_rate, of: orders, at_least: 1/s, for: 200ms, every: 20ms, measure: rate }
  - { expect: streaming, node: replicas, within: 10s, repeat: 3, measure: streams }${killed}
  - name: not yet known
    expect: outage
    of: orders
    above: 1us
    within: 5s${promoted}${recovered}
  - end: orders
  - { name: rto, expect: outage, of: orders, below: 30s, measure: rto }
`,
    limit: `${orders}
steps:${served()}${killed}${promoted}${recovered}
  - { name: rto, expect: outage, of: orders, below: 1ms, measure: rto }
`,
    unended: `${orders}
steps:${served()}${killed}
  - { name: rto, expect: outage, of: orders, below: 60s }
`,
    overdue: `${orders}
steps:${served()}${killed}
  - { name: rto, expect: outage, of: orders, below: 200ms, within: 10s }
`,
    calm: `${orders}
steps:${served()}
  - { name: rto, expect: outage, of: orders, below: 60s }
`,
    late: `${orders}
steps:${served()}
  - end: orders${killed}
  - { name: rto, expect: outage, of: orders, below: 60s }
`,
    replica: `${orders}
steps:${served()}
  - { fault: kill, node: replica1 }${recovered}
  - { name: rto, expect: outage, of: orders, below: 5s }
`,
  });
  const failover = results.get("failover");
  passed(failover);
  const found = dataOf(failover, "rto", "outage");
  ok(Math.abs(Number(found.ms) - (Number(found.toMs) - Number(found.fromMs))) < 0.01);
  ok(Number(found.after) > Number(found.before));
  ok(Number(found.unknown) + Number(found.refused) > 0, JSON.stringify(found));
  const names = (found.disturbances as { what: string }[]).map(({ what }) => what);
  deepEqual(names, ["kill of master", "promote of replica1"]);
  const measureOf = (from: string, wanted: string) =>
    results.get(from)!.measures.find(({ name }) => name === wanted)!;
  const judged = (
    { n, median, limit, bound, verdict }: ReturnType<typeof measureOf>,
  ) => [n, median, limit, bound, verdict];
  deepEqual(judged(measureOf("failover", "rto")), [1, found.ms, 30_000, "below", "passed"]);
  const broken = measureOf("limit", "rto");
  deepEqual(judged(broken), [1, broken.max, 1, "below", "failed"]);
  // Every look of the time in which it held is a value; so is every time a step is repeated.
  ok(measureOf("failover", "rate").n >= 3);
  deepEqual([measureOf("failover", "streams").n, measureOf("failover", "streams").limit], [
    3,
    10_000,
  ]);
  const step = { step: "rto" };
  ended(results.get("limit"), {
    ...step,
    verdict: "failed",
    code: "Outage",
    seen: /^orders was not served for .*, from operation \d+ to \d+; .* after the first refusal/,
  });
  const open = { ...step, code: "OutageGoesOn", seen: /nothing shows that it is served again/ };
  ended(results.get("unended"), { ...open, verdict: "error" });
  ended(results.get("overdue"), { ...open, verdict: "failed" });
  const calm = { ...step, verdict: "error", code: "NothingDisturbed", seen: /nothing was done/ };
  ended(results.get("calm"), calm);
  ended(results.get("late"), calm);
  passed(results.get("replica"));
});

Deno.test("data_loss tells what a promoted replica lacks, each by its number", async () => {
  const results = await play({
    lost: `${orders}
steps:${served()}
  - end: orders
  - { expect: caught_up, node: replicas, within: 10s }${cut}${served("later")}
  - end: later${killed}${promoted}
  - { name: rpo, expect: data_loss, of: later, above: 0s, measure: rpo }
  - { name: exactly, expect: lost_writes, of: later, is: all }
  - { name: before, expect: data_loss, of: orders, at_most: 0s }
  - { name: limit, expect: data_loss, of: later, below: 1ms }
`,
    tail: `${orders}
steps:${served()}${cut}
  - { expect: commit_rate, of: orders, at_least: 50/s, for: 500ms }${killed}
  - end: orders${promoted}
  - { name: rpo, expect: data_loss, of: orders, at_least: 400ms }
`,
    split: `${orders}
steps:${cut}${served()}
  - end: orders${promoted}
  - { name: rpo, expect: data_loss, of: orders, node: replica1, above: 0s }
`,
    frozen: `${orders}
steps:
  - { fault: pause, node: replicas, as: cut }${served("later")}
  - end: later${killed}
  - end: cut${promoted}
  - { name: rpo, expect: data_loss, of: later, above: 0s }
`,
    synchronous: `${orders}
cluster: { synchronous: FIRST 1 (replica1) }
steps:${served()}${cut}
  - { expect: waiting_on, node: primary, is: SyncRep, within: 10s }${killed}
  - end: orders${promoted}
  - { name: rpo, expect: data_loss, of: orders, node: replica1, at_most: 0s }
`,
    calm: `${orders}
steps:${served()}
  - end: orders
  - { name: rpo, expect: data_loss, of: orders, at_most: 0s }
`,
    behind: `${orders}
steps:
  - { fault: pause_replay, node: replica1 }${served()}
  - end: orders
  - { name: rpo, expect: data_loss, of: orders, node: replica1, below: 1h }
`,
  });
  const lost = results.get("lost");
  ended(lost, {
    verdict: "failed",
    step: "limit",
    code: "DataLoss",
    seen:
      /^replica1 lacks (\d+) of \1 acknowledged writes, those of .*: 1 to \d+; [\d.]+kB .* of WAL/,
  });
  const { missing, acknowledged, ids, ms, wal } = dataOf(lost, "rpo", "ledger");
  deepEqual([missing, ids], [acknowledged, [`1 to ${acknowledged}`]]);
  equal((wal as { isWhole: boolean }).isWhole, true);
  const rpo = lost!.measures.filter(({ name }) => name === "rpo");
  deepEqual(rpo.map(({ unit, median }) => [unit, median]), [
    ["ms", ms],
    ["count", missing],
    ["bytes", (wal as { bytes: number }).bytes],
  ]);

  const tail = dataOf(results.get("tail"), "rpo", "ledger");
  passed(results.get("tail"));
  ok(Number(tail.missing) < Number(tail.acknowledged));
  match(String((tail.wal as { text: string }).text), /^how much WAL is not known|^at least /);

  passed(results.get("split"));
  const left = dataOf(results.get("split"), "rpo", "ledger").wal as Record<string, unknown>;
  deepEqual([left.isWhole, /as last seen of master$/.test(String(left.text))], [true, true]);

  ended(results.get("frozen"), {
    verdict: "failed",
    step: "rpo",
    code: "NothingLost",
    seen: /^replica1 has all \d+ acknowledged writes, nothing kept them from arriving$/,
  });

  passed(results.get("synchronous"));
  const safe = dataOf(results.get("synchronous"), "rpo", "ledger");
  deepEqual([safe.missing, Number(safe.unknown) >= 1], [0, true]);

  const step = { step: "rpo", verdict: "error" };
  ended(results.get("calm"), { ...step, code: "NothingDisturbed", seen: /nothing was done/ });
  ended(results.get("behind"), { ...step, code: "NotReplayed", seen: /lacks .*replay is paused/ });
});
