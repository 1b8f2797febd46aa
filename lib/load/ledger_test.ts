import { deepEqual, equal } from "node:assert/strict";
import { ColumnLedger } from "./ledger.ts";
import type { Fate } from "./model.ts";

function ledgerOf(entries: [n: number, endedAt: number, fate: Fate, code?: string][]) {
  const ledger = new ColumnLedger((n) => n * 10);
  for (const [n, endedAt, fate, code = ""] of entries) {
    const isSent = code !== "not_sent";
    const sentAt = isSent ? n * 10 + 1 : NaN;
    ledger.add({
      n,
      sentAt,
      endedAt,
      fate,
      code,
      node: isSent ? "master" : "",
      client: isSent ? 0 : -1,
    });
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
      client: 0,
    },
    {
      n: 1,
      scheduledAt: 10,
      sentAt: 11,
      endedAt: 30,
      fate: "acknowledged",
      node: "master",
      client: 0,
    },
  ]);
});

Deno.test("ColumnLedger() shows later entries in the same view", () => {
  const ledger = ledgerOf([[1, 20, "acknowledged"]]);
  equal(ledger.operations.length, 1);
  ledger.add({
    n: 2,
    sentAt: 21,
    endedAt: 22,
    fate: "unknown",
    code: "lost",
    node: "master",
    client: 0,
  });
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
    ledger.add({
      n,
      sentAt: n,
      endedAt: n,
      fate: fates[n % 3]!,
      code: "",
      node: "master",
      client: 0,
    });
  }
  deepEqual(ledger.counts(), { sent: 10_000, acknowledged: 3333, refused: 3334, unknown: 3333 });
  equal(ledger.ids("acknowledged").has(9999), true);
  equal(ledger.operations[9998]!.n, 9999);
  equal(ledger.acknowledgedBetween(5000, 10_000), 1667);
});

Deno.test("ColumnLedger() keeps what reads found, and null apart from nothing", () => {
  const ledger = new ColumnLedger((_, sentAt) => sentAt);
  const read = { sentAt: 5, endedAt: 6, fate: "acknowledged", code: "", node: "a" } as const;
  ledger.add({ ...read, n: 1, client: 3, value: "42" });
  ledger.add({ ...read, n: 2, client: 4, value: null });
  ledger.add({ ...read, n: 3, node: "b", client: 5 });
  deepEqual(ledger.operations.map(({ value }) => value), ["42", null, undefined]);
  deepEqual(ledger.operations.map(({ client }) => client), [3, 4, 5]);
  equal(ledger.operations[0]!.scheduledAt, 5);
  deepEqual(ledger.nodes, ["a", "b"]);
});
