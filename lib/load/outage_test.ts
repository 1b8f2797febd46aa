import { deepEqual, equal } from "node:assert/strict";
import type { Fate } from "./model.ts";
import { ColumnLedger } from "./ledger.ts";
import { longestOutage } from "./outage.ts";

/** A ledger of operations that end every 10 ms from 10 on, and a span in which nothing was done. */
function ledgerOf(...entries: [endedAt: number, fate: Fate, sentAt?: number][]) {
  const ledger = new ColumnLedger((n) => n * 10);
  entries.forEach(([endedAt, fate, sentAt = endedAt - 1], index) =>
    ledger.add({ n: index + 1, sentAt, endedAt, fate, code: "", node: "a", client: 0 })
  );
  return ledger;
}

const span = { startedAt: 0, endedAt: undefined, now: 2000, since: -1 };

Deno.test("longestOutage() finds the longest time without an acknowledged operation", () => {
  const ledger = ledgerOf(
    [10, "acknowledged"],
    [20, "acknowledged"],
    [30, "unknown"],
    [1020, "refused", NaN],
    [1500, "acknowledged"],
    [1980, "acknowledged"],
  );
  deepEqual(longestOutage(ledger, span), {
    from: 20,
    to: 1500,
    ms: 1480,
    refusedAt: 30,
    refused: 1,
    unknown: 1,
    before: 2,
    after: 5,
  });
});

Deno.test("longestOutage() counts the time before the first acknowledged operation", () => {
  const found = longestOutage(ledgerOf([700, "acknowledged"], [720, "acknowledged"]), {
    ...span,
    now: 730,
  });
  deepEqual([found?.from, found?.to, found?.refusedAt, found?.before], [
    0,
    700,
    undefined,
    undefined,
  ]);
});

Deno.test("longestOutage() knows of none without an acknowledged operation", () => {
  equal(longestOutage(ledgerOf([10, "refused"], [20, "unknown"]), span), undefined);
});

Deno.test("longestOutage() does not end before something sent after the disturbance is answered", () => {
  const ledger = ledgerOf([10, "acknowledged"], [400, "acknowledged"], [410, "acknowledged"]);
  const at = (since: number) => longestOutage(ledger, { ...span, now: 420, since });
  equal(at(405)?.to, 400);
  // Sent at 409: what was done at 409 may not have had its effect yet.
  const open = at(409)!;
  deepEqual([open.to, open.ms], [undefined, 390]);
});

Deno.test("longestOutage() goes on while nothing is heard, or nobody can be reached", () => {
  const ledger = ledgerOf([10, "acknowledged"], [20, "acknowledged"]);
  const at = (now: number) => longestOutage(ledger, { ...span, now })!;
  deepEqual([at(900).to, at(900).ms], [10, 10]);
  deepEqual([at(1100).to, at(1100).ms, at(1100).before], [undefined, 1080, 2]);
  ledger.add({ n: 3, sentAt: NaN, endedAt: 30, fate: "refused", code: "", node: "", client: -1 });
  deepEqual([at(40).to, at(40).refused], [undefined, 1]);
});

Deno.test("longestOutage() is not kept open by what is refused for its own sake", () => {
  const ledger = ledgerOf([10, "acknowledged"], [20, "acknowledged"], [30, "refused"]);
  equal(longestOutage(ledger, { ...span, now: 31 })!.to, 10);
});

Deno.test("longestOutage() of an ended load does not grow any more", () => {
  const ledger = ledgerOf([10, "acknowledged"], [20, "acknowledged"]);
  equal(longestOutage(ledger, { ...span, endedAt: 25, now: 60_000 })!.to, 10);
});
