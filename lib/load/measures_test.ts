import { deepEqual, equal, ok } from "node:assert/strict";
import { ColumnLedger } from "./ledger.ts";
import { loadMeasures, recordTime, timeHistogram } from "./measures.ts";

/** Ten operations per second; each takes 1 ms, but those sent late waited first. */
function spanOf(waits: number[]) {
  const ledger = new ColumnLedger((n) => n * 100);
  for (const [index, wait] of waits.entries()) {
    const n = index + 1;
    const sentAt = n * 100 + wait;
    ledger.add({
      n,
      sentAt,
      endedAt: sentAt + 1,
      fate: "acknowledged",
      code: "",
      node: "a",
      client: 0,
    });
  }
  const lateness = timeHistogram();
  for (let tick = 0; tick < 100; tick++) recordTime(lateness, tick < 98 ? 0.5 : 4);
  return { load: "orders", ledger, startedAt: 0, endedAt: waits.length * 100 + 100, lateness };
}

function near(seen: number, wanted: number) {
  ok(Math.abs(seen - wanted) <= wanted * 0.002, `${seen} is not ${wanted}`);
}

Deno.test("loadMeasures() shows a stall in latency and slip, not in service time", () => {
  const measures = loadMeasures(spanOf([...Array(90).fill(0), ...Array(10).fill(500)]));
  const [latency, service, slip] = measures;
  deepEqual(measures.map(({ name }) => name), [
    "orders.latency",
    "orders.service_time",
    "orders.schedule_slip",
    "orders.generator_lateness",
    "orders.rate",
  ]);
  near(latency!.median, 1);
  near(latency!.min, 1);
  near(latency!.p95!, 501);
  near(latency!.max, 501);
  near(slip!.p99!, 500);
  equal(slip!.min, 0);
  near(service!.max, 1);
});

Deno.test("loadMeasures() gives the generator's own lateness as the uncertainty", () => {
  const [latency, service, , lateness] = loadMeasures(spanOf([0, 0]));
  near(lateness!.p99!, 4);
  equal(latency!.uncertainty, lateness!.p99);
  equal(service!.uncertainty, undefined);
});

Deno.test("loadMeasures() counts only what was acknowledged", () => {
  const span = spanOf(Array(20).fill(0));
  const late = { n: 21, sentAt: 2100, endedAt: 9000, code: "lost", node: "a", client: 0 };
  span.ledger.add({ ...late, fate: "unknown" });
  span.ledger.add({ ...late, n: 22, sentAt: NaN, fate: "refused" });
  const [latency, , slip, , rate] = loadMeasures({ ...span, endedAt: 3000 });
  equal(latency!.n, 20);
  equal(slip!.n, 21);
  deepEqual([rate!.n, rate!.min, rate!.median, rate!.max], [3, 1, 9, 10]);
});

Deno.test("loadMeasures() of a load that did nothing is a rate of 0 and no times", () => {
  const span = { ...spanOf([]), endedAt: 500, lateness: timeHistogram() };
  deepEqual(loadMeasures(span).map(({ name, median }) => [name, median]), [["orders.rate", 0]]);
});

Deno.test("loadMeasures() of a closed loop speaks of no schedule", () => {
  const names = loadMeasures({ ...spanOf([0, 0]), isClosed: true }).map(({ name }) => name);
  deepEqual(names, ["orders.service_time", "orders.generator_lateness", "orders.rate"]);
});

Deno.test("loadMeasures() tells the nodes apart when there are several", () => {
  const span = spanOf([0, 0, 0]);
  const slow = { n: 4, sentAt: 400, endedAt: 450, code: "", node: "b", client: 1 };
  span.ledger.add({ ...slow, fate: "acknowledged" });
  const latencies = loadMeasures(span).filter(({ name }) => name === "orders.latency");
  deepEqual(latencies.map(({ node, n }) => [node, n]), [[undefined, 4], ["a", 3], ["b", 1]]);
  near(latencies[1]!.max, 1);
  near(latencies[2]!.max, 50);
});
