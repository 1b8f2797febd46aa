import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { Notes } from "./lag_notes.ts";

const at = (lsn: number, time: number) => ({ lsn: BigInt(lsn), from: time, to: time + 1 });

function notes(...list: [number, number][]): Notes {
  const made = new Notes();
  for (const [lsn, time] of list) made.add("master", at(lsn, time));
  return made;
}

Deno.test("Notes.age() lies between the first note beyond and the last one reached", () => {
  const kept = notes([100, 0], [200, 1000], [300, 2000]);
  deepEqual(kept.age(150n, { sentAt: 3000, now: 3002 }), { low: 1999, high: 3002 });
  deepEqual(kept.age(250n, { sentAt: 3000, now: 3002 }), { low: 999, high: 2002 });
});

Deno.test("Notes.age() grows while a replica stands still", () => {
  const kept = notes([100, 0], [200, 1000]);
  equal(kept.age(100n, { sentAt: 2000, now: 2001 }).low, 999);
  kept.add("master", at(300, 2500));
  equal(kept.age(100n, { sentAt: 6000, now: 6001 }).low, 4999);
});

Deno.test("Notes.age() of an idle primary counts from the write, not from the silence", () => {
  const kept = notes([100, 0], [100, 5000], [101, 9000]);
  deepEqual(kept.age(100n, { sentAt: 9010, now: 9011 }), { low: 9, high: 4011 });
});

Deno.test("Notes.age() has no upper bound without a note that was reached", () => {
  deepEqual(notes([100, 0]).age(50n, { sentAt: 10, now: 11 }), { low: 9, high: Infinity });
});

Deno.test("Notes.delay() is from the note until it was seen", () => {
  const kept = notes([256, 10]);
  deepEqual(kept.delay("0/100", { unseenAt: undefined, seenAt: 12 }), { low: 0, high: 2 });
  deepEqual(kept.delay("0/100", { unseenAt: 211, seenAt: 214 }), { low: 200, high: 204 });
});

Deno.test("Notes.add() forgets what another primary wrote", () => {
  const kept = notes([300, 0]);
  kept.add("replica1", at(200, 5000));
  deepEqual(kept.age(250n, { sentAt: 5001, now: 5002 }), { low: 0, high: 2 });
});

Deno.test("Notes.age() holds the true age, however many notes were thinned out", () => {
  const count = fc.integer({ min: 1, max: 9000 });
  fc.assert(
    fc.property(count, fc.double({ min: 0, max: 1, noNaN: true }), (length, part) => {
      const made = new Notes();
      for (let index = 0; index < length; index++) made.add("master", at(index, index * 10));
      const reached = Math.floor(part * (length - 1));
      const now = length * 10;
      // The replica shows the primary as it was until just before the next write.
      const trueAge = reached === length - 1 ? 0 : now - (reached + 1) * 10;
      const { low, high } = made.age(BigInt(reached), { sentAt: now, now });
      equal(low <= trueAge && trueAge <= high, true, `${low} <= ${trueAge} <= ${high}`);
    }),
    { numRuns: 40 },
  );
});
