import { deepEqual, equal } from "node:assert/strict";
import { ColumnLedger } from "./ledger.ts";
import type { Fate } from "./model.ts";

function ledgerOf(entries: [n: number, endedAt: number, fate: Fate, code?: string][]) {
  const ledger = new ColumnLedger((n) => n * 10);
  for (const [n, endedAt, fate, code = ""] of entries) {
    const isSent = code !== "not_sent";
    const sentAt = isSent ? n * 10 + 1 : NaN;
    ledger.add({ n, sentAt, endedAt, fate, code, node: isSent ? "master" : "" });
  }
  return ledger;
}

Deno.test("ColumnLedger() gives back what was recorded, in order of completion", () => {
  const ledger = ledgerOf([[2, 25, "refused", "23505"], [1, 30, "acknowledged"]]);
  deepEqual(ledger.operations, [
    {
      n: 2,
      scheduledAt: 20,
      sentAt: 21,
      endedAt: 25,
      fate: "refused",
      code: "23505",
      node: "master",
    },
    { n: 1, scheduledAt: 10, sentAt: 11, endedAt: 30, fate: "acknowledged", node: "master" },
  ]);
});

Deno.test("ColumnLedger() shows later entries in the same view", () => {
  const ledger = ledgerOf([[1, 20, "acknowledged"]]);
  equal(ledger.operations.length, 1);
  ledger.add({ n: 2, sentAt: 21, endedAt: 22, fate: "unknown", code: "lost", node: "master" });
  equal(ledger.operations.length, 2);
  equal(ledger.operations[1]!.code, "lost");
});

Deno.test("ColumnLedger() counts what was sent apart from what never was", () => {
  const ledger = ledgerOf([
    [1, 20, "acknowledged"],
    [2, 30, "unknown", "lost"],
    [3, 40, "refused", "not_sent"],
  ]);
  ledger.inFlight = 2;
  deepEqual(ledger.counts(), { sent: 4, acknowledged: 1, refused: 1, unknown: 1 });
  deepEqual([...ledger.ids("unknown")], [2]);
  deepEqual([...ledger.ids("refused")], [3]);
});

Deno.test("ColumnLedger() counts acknowledged completions in a window", () => {
  const ledger = ledgerOf([
    [1, 10, "acknowledged"],
    [2, 20, "acknowledged"],
    [3, 20, "refused"],
    [4, 30, "acknowledged"],
  ]);
  equal(ledger.acknowledgedBetween(0, 100), 3);
  equal(ledger.acknowledgedBetween(10, 30), 2);
  equal(ledger.acknowledgedBetween(10, 29), 1);
  equal(ledger.acknowledgedBetween(30, 100), 0);
});

Deno.test("ColumnLedger() holds many more than its first columns", () => {
  const ledger = new ColumnLedger((n) => n);
  const fates: Fate[] = ["acknowledged", "refused", "unknown"];
  for (let n = 1; n <= 10_000; n++) {
    ledger.add({ n, sentAt: n, endedAt: n, fate: fates[n % 3]!, code: "", node: "master" });
  }
  deepEqual(ledger.counts(), { sent: 10_000, acknowledged: 3333, refused: 3334, unknown: 3333 });
  equal(ledger.ids("acknowledged").has(9999), true);
  equal(ledger.operations[9998]!.n, 9999);
  equal(ledger.acknowledgedBetween(5000, 10_000), 1667);
});
