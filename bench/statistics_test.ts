import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { compare, judge, medianInterval, summarise } from "./statistics.ts";

Deno.test("summarise() finds the median of odd and even counts, whatever the order", () => {
  deepEqual(summarise([3, 1, 2]), { n: 3, median: 2, min: 1, max: 3, spread: 0.5 });
  equal(summarise([4, 1, 3, 2]).median, 2.5);
  deepEqual(summarise([0, 0]), { n: 2, median: 0, min: 0, max: 0, spread: 0 });
  throws(() => summarise([]), RangeError);
});

Deno.test("summarise() is not moved by one wild sample", () => {
  const calm = [10, 11, 10, 12, 11, 10, 11];
  const { median, max, spread } = summarise([...calm, 5000]);
  equal(median, 11);
  equal(max, 5000);
  ok(spread < 0.25);
});

Deno.test("medianInterval() takes the ranks of the sign test's table", () => {
  const ranks = (n: number) => medianInterval(Array.from({ length: n }, (_, index) => index + 1));
  equal(ranks(5), undefined);
  deepEqual(ranks(6), [1, 6]);
  deepEqual(ranks(8), [1, 8]);
  deepEqual(ranks(9), [2, 8]);
  deepEqual(ranks(12), [3, 10]);
  deepEqual(ranks(20), [6, 15]);
});

Deno.test("medianInterval() holds the samples' median and ignores their order", () => {
  const numbers = fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), {
    minLength: 6,
    maxLength: 60,
  });
  fc.assert(fc.property(numbers, (samples) => {
    const [low, high] = medianInterval(samples)!;
    const { median } = summarise(samples);
    ok(low <= median && median <= high);
    deepEqual(medianInterval(samples.toReversed()), [low, high]);
  }));
});

Deno.test("compare() lets what slows both sides of a round cancel out", () => {
  const floor = [10, 20, 40, 10, 80, 10, 30];
  const subject = floor.map((value) => value * 1.2);
  const { ratio, pairs } = compare(subject, floor);
  ok(Math.abs(ratio - 1.2) < 1e-9);
  ok(pairs.spread < 1e-9);
  throws(() => compare([1, 2], [1]), RangeError);
});

Deno.test("judge() says reached or missed only where the whole interval is", () => {
  const floor = Array.from({ length: 9 }, () => 100);
  const by = (factors: number[], reach: number, better: "lower" | "higher") => {
    const subject = factors.map((factor) => factor * 100);
    return judge(compare(subject, floor), summarise(floor), { reach, better });
  };
  const steady = [1.1, 1.11, 1.09, 1.1, 1.12, 1.1, 1.08, 1.1, 1.1];
  equal(by(steady, 1.25, "lower"), "reached");
  equal(by(steady, 1.05, "lower"), "missed");
  equal(by(steady, 1.25, "higher"), "missed");
  equal(by(steady, 1.05, "higher"), "reached");
  equal(by(steady, 1.1, "lower"), "close");
});

Deno.test("judge() blames the machine when the floor was unsteady, and too few rounds", () => {
  const goal = { reach: 1, better: "lower" } as const;
  const floor = [10, 30, 10, 30, 10, 30, 10, 30];
  const subject = [20, 15, 20, 15, 20, 15, 20, 15];
  equal(judge(compare(subject, floor), summarise(floor), goal), "noisy");
  equal(judge(compare([1, 1, 1], [9, 9, 9]), summarise([9, 9, 9]), goal), "few");
});
