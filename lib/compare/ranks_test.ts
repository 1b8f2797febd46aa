import { equal, ok } from "node:assert/strict";
import { seededRandom } from "../run/random.ts";
import { median, shift, shiftInterval } from "./ranks.ts";

Deno.test("median() is the middle, or between the middle two", () => {
  equal(median([3, 1, 2]), 2);
  equal(median([4, 1, 2, 3]), 2.5);
  equal(median([7]), 7);
});

Deno.test("shiftInterval() has the ranks and the confidence of the tables of U", () => {
  // Five and five values: P(U <= 2) = 4/252, P(U <= 3) = 7/252.
  const interval = shiftInterval([1, 2, 3, 4, 5], [11, 12, 13, 14, 15], 0.95)!;
  ok(Math.abs(interval.confidence - (1 - 2 * 4 / 252)) < 1e-12);
  // The third lowest and the third highest of the 25 differences 6, 7, 7, 8, ..., 13, 13, 14.
  equal(interval.low, 7);
  equal(interval.high, 13);
  equal(shift([1, 2, 3, 4, 5], [11, 12, 13, 14, 15]), 10);
});

Deno.test("shiftInterval() says nothing where no interval has the confidence", () => {
  // The whole range of three and three values holds the shift in 18 of 20 orders.
  equal(shiftInterval([1, 2, 3], [4, 5, 6], 0.95), undefined);
  equal(shiftInterval([1, 2, 3], [4, 5, 6], 0.9)?.confidence, 0.9);
});

Deno.test("shiftInterval() holds the true shift as often as it says", () => {
  const random = seededRandom(7);
  // Skewed, as times are.
  const draw = () => -Math.log(1 - random());
  let held = 0;
  const runs = 2000;
  for (let run = 0; run < runs; run++) {
    const before = Array.from({ length: 6 }, draw);
    const after = Array.from({ length: 7 }, () => draw() + 1);
    const { low, high } = shiftInterval(before, after, 0.95)!;
    if (low <= 1 && 1 <= high) held++;
  }
  ok(held / runs >= 0.95, `held ${held} of ${runs}`);
});
