import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { isInRanges, rangesOf, showIds } from "./ledger_ids.ts";

Deno.test("rangesOf() joins what follows each other", () => {
  deepEqual(rangesOf([7, 1, 2, 3, 9, 8]), { lows: [1, 7], highs: [3, 9] });
  deepEqual(rangesOf([]), { lows: [], highs: [] });
});

Deno.test("rangesOf() holds every number and no other", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (numbers) => {
    const { lows, highs } = rangesOf(new Set(numbers));
    const back = lows.flatMap((low, index) =>
      Array.from({ length: highs[index]! - low + 1 }, (_, step) => low + step)
    );
    deepEqual(back, [...new Set(numbers)].sort((a, b) => a - b));
  }));
});

Deno.test("showIds() says when there are more", () => {
  equal(showIds([1, 2, 3, 7], 4), "1 to 3, 7");
  equal(showIds([1, 2, 3, 7], 9), "1 to 3, 7, ...");
});

Deno.test("isInRanges() finds every number of the ranges and no other", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 60 })), (numbers) => {
    const ranges = rangesOf(numbers);
    for (let id = 0; id <= 61; id++) equal(isInRanges(id, ranges), numbers.includes(id));
  }));
});
