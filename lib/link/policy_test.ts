import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { seededRandom } from "../run/random.ts";
import { Bucket, combined, isPlain, lateMs, undisturbed, windowBytes } from "./policy.ts";

Deno.test("combined() adds delays, takes the narrowest rate, holds when one does", () => {
  ok(isPlain(combined([])));
  const policy = combined([
    { delayMs: 10, loss: 0.5 },
    { delayMs: 5, jitterMs: 2, bytesPerSecond: 100 },
    { isHeld: true, loss: 0.5, bytesPerSecond: 1000 },
  ]);
  deepEqual(policy, { isHeld: true, delayMs: 15, jitterMs: 2, loss: 0.75, bytesPerSecond: 100 });
  ok(!isPlain(policy));
});

Deno.test("lateMs() stays within delay and jitter, never below zero", () => {
  fc.assert(fc.property(fc.nat(100), fc.nat(200), fc.integer(), (delayMs, jitterMs, seed) => {
    const late = lateMs({ ...undisturbed, delayMs, jitterMs }, 1, seededRandom(seed));
    ok(late >= Math.max(0, delayMs - jitterMs) && late <= delayMs + jitterMs);
  }));
});

Deno.test("lateMs() makes a lost segment wait for its retransmission, twice as long each time", () => {
  const policy = { ...undisturbed, loss: 0.5 };
  const draws = (...numbers: number[]) => () => numbers.shift()!;
  equal(lateMs(policy, 1, draws(0.9)), 0);
  equal(lateMs(policy, 1, draws(0.1, 0.9)), 200);
  equal(lateMs(policy, 1, draws(0.1, 0.1, 0.9)), 600);
  // Of ten segments one is lost almost surely.
  equal(lateMs(policy, 14_480, draws(0.9, 0.9)), 200);
});

Deno.test("lateMs() loses about as many segments as it is told", () => {
  const random = seededRandom(7);
  const lost =
    Array.from({ length: 10_000 }, () => lateMs({ ...undisturbed, loss: 0.1 }, 1, random))
      .filter((late) => late > 0).length;
  ok(lost > 850 && lost < 1150, `${lost}`);
});

Deno.test("Bucket lets no more than the rate pass, and all of it in time", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 50 }),
      (rate, pauses) => {
        const bucket = new Bucket();
        let [now, passed] = [0, bucket.take(1e9, rate, 0).bytes];
        equal(passed, 0);
        for (const ms of pauses) {
          now += ms;
          passed += bucket.take(1e9, rate, now).bytes;
          ok(passed <= rate * now / 1000 + 1e-6);
        }
      },
    ),
  );
});

Deno.test("windowBytes() is at least one whole byte", () => {
  fc.assert(fc.property(fc.double({ min: 1, max: 1e9, noNaN: true }), (bytesPerSecond) => {
    const bytes = windowBytes({ ...undisturbed, bytesPerSecond });
    ok(Number.isInteger(bytes) && bytes >= 1);
  }));
});

Deno.test("Bucket says when to come again", () => {
  const bucket = new Bucket();
  let now = 0;
  for (let passed = 0; passed < 1000;) {
    const { bytes, waitMs } = bucket.take(1000 - passed, 1000, now);
    passed += bytes;
    now += waitMs;
  }
  ok(now >= 1000 - 50 && now <= 1100, `${now}`);
  deepEqual(bucket.take(5, Infinity, now), { bytes: 5, waitMs: 0 });
});
