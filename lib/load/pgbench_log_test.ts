import { deepEqual, equal, ok } from "node:assert/strict";
import { ledgerOfLogs, readProgress } from "./pgbench_log.ts";

Deno.test("readProgress() reads lines with and without failures and lag, and no others", () => {
  deepEqual(readProgress("progress: 2.0 s, 199.5 tps, lat 0.512 ms stddev 0.2, 0 failed"), {
    at: 2,
    perSecond: 199.5,
  });
  deepEqual(readProgress("progress: 1.0 s, 0.0 tps, lat 0.0 ms stddev 0.0, lag 0.1 ms"), {
    at: 1,
    perSecond: 0,
  });
  equal(readProgress("pgbench: error: client 0 aborted"), undefined);
});

Deno.test("ledgerOfLogs() puts the transactions of all threads in order, from their schedule", () => {
  const options = { hasRate: true, wallAtZeroMs: 1_700_000_000_000, node: "master" };
  const ledger = ledgerOfLogs([
    "0 1 2500 0 1700000001 500000 1500\n0 2 900 0 1700000003 0 0\n",
    "1 1 700 0 1700000000 250000 100\n1 2 failed 0 1700000002 0 0\n1 3 70",
  ], options);
  deepEqual(ledger.counts(), { sent: 4, acknowledged: 3, refused: 1, unknown: 0 });
  const [first, second] = ledger.operations;
  deepEqual([first!.client, first!.endedAt, second!.client], [1, 250, 0]);
  const near = (seen: number, wanted: number) => ok(Math.abs(seen - wanted) < 1e-6, `${seen}`);
  near(second!.scheduledAt, 1497.5);
  near(second!.sentAt, 1499);
});

Deno.test("ledgerOfLogs() reads the log of a closed loop, which has no lag", () => {
  const options = { hasRate: false, wallAtZeroMs: 0, node: "master" };
  const [only] = ledgerOfLogs(["3 1 2000 0 1 0\n"], options).operations;
  deepEqual([only!.client, only!.sentAt, only!.scheduledAt, only!.endedAt], [3, 998, 998, 1000]);
});
