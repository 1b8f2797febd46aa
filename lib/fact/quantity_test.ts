import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { judgeBetween, judgeQuantity, showQuantity } from "./quantity.ts";

Deno.test("judgeQuantity() says its operands in units", () => {
  deepEqual(judgeQuantity({ below: 16 * 1024 ** 2 }, 5, "size"), {
    holds: true,
    expected: "below 16MB",
  });
  equal(judgeQuantity({ at_least: 1500 }, 5, "duration").expected, "at least 1.5s");
  equal(judgeQuantity({ above: 100 }, 5, "rate").expected, "above 100/s");
});

Deno.test("showQuantity() does not let rounding hide a difference", () => {
  equal(showQuantity("size", 16 * 1024 ** 2), "16MB");
  equal(showQuantity("size", 16 * 1024 ** 2 + 1), "16MB (16777217 bytes)");
  equal(showQuantity("size", 184), "184B");
  equal(showQuantity("duration", 0), "0ms");
});

Deno.test("judgeBetween() decides only what both bounds agree on", () => {
  const between = (low: number, high: number) => ({ low, high });
  equal(judgeBetween({ below: 10 }, between(1, 9), "duration").holds, true);
  equal(judgeBetween({ below: 10 }, between(1, 11), "duration").holds, undefined);
  equal(judgeBetween({ below: 10 }, between(10, 11), "duration").holds, false);
  equal(judgeBetween({ below: 10 }, between(10, Infinity), "duration").holds, false);
  equal(judgeBetween({ above: 10 }, between(11, Infinity), "duration").holds, true);
  equal(judgeBetween({ above: 5, below: 10 }, between(3, 20), "duration").holds, undefined);
});

Deno.test("judgeBetween() never contradicts a value between its bounds", () => {
  const ms = fc.nat({ max: 20 });
  fc.assert(fc.property(ms, ms, ms, ms, ms, (a, b, value, above, below) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    if (value < low || value > high) return;
    const { holds } = judgeBetween({ above, below }, { low, high }, "duration");
    if (holds !== undefined) equal(holds, value > above && value < below);
  }));
});
