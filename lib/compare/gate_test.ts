import { equal, match, ok } from "node:assert/strict";
import { seededRandom } from "../run/random.ts";
import { type Gate, judge } from "./gate.ts";

const gate: Gate = { name: "outage", tolerance: 0.25, floor: 500, unit: "ms" };
const base = [4000, 4100, 4200, 4300, 4400];
const slower = (by: number) => base.map((value) => value + by);

Deno.test("judge() sees what is worse by more than the rule", () => {
  const { verdict, why, rule } = judge(gate, { base, head: slower(3000), unit: "ms" }, 1);
  equal(verdict, "exceeded");
  match(why, /worse by \+2\.7s to \+3\.3s with 95% confidence/);
  match(rule, /at most 1\.1s worse \(25% of the base, no less than 500ms\)/);
});

Deno.test("judge() lets pass what is surely within, and says so where it is not sure", () => {
  equal(judge(gate, { base, head: slower(100), unit: "ms" }, 1).verdict, "within");
  equal(judge(gate, { base, head: slower(1050), unit: "ms" }, 1).verdict, "inconclusive");
});

Deno.test("judge() does not mind what is below the floor, however many times more it is", () => {
  const tiny = [1, 2, 1, 2, 1];
  const head = tiny.map((value) => value * 100);
  equal(judge(gate, { base: tiny, head, unit: "ms" }, 1).verdict, "within");
});

Deno.test("judge() knows that a lower rate is worse, and a higher one is not", () => {
  const rate: Gate = { name: "commits", tolerance: 0.1, floor: 10 };
  const rates = [1000, 1010, 1020, 1030, 1040];
  const less = rates.map((value) => value - 500);
  equal(judge(rate, { base: rates, head: less, unit: "per_second" }, 1).verdict, "exceeded");
  equal(judge(rate, { base: less, head: rates, unit: "per_second" }, 1).verdict, "within");
});

Deno.test("judge() decides nothing from few values, or in another unit", () => {
  const few = judge(gate, { base: base.slice(1), head: slower(9000), unit: "ms" }, 1);
  equal(few.verdict, "inconclusive");
  match(few.why, /takes 5/);
  const other = judge(gate, { base, head: slower(9000), unit: "bytes" }, 1);
  equal(other.verdict, "inconclusive");
});

Deno.test("judge() asks for more confidence where more gates are judged", () => {
  const head = slower(3000);
  match(judge(gate, { base, head, unit: "ms" }, 5).why, /with 99% confidence/);
  // Five and five values cannot have that much.
  equal(judge(gate, { base, head, unit: "ms" }, 100).verdict, "inconclusive");
});

Deno.test("judge() hardly ever blames a stack for being compared with itself", () => {
  const random = seededRandom(11);
  const strict: Gate = { name: "lag", tolerance: 0, floor: 0 };
  const draw = () => Array.from({ length: 6 }, () => 100 + -50 * Math.log(1 - random()));
  const runs = 1000;
  let blamed = 0;
  for (let run = 0; run < runs; run++) {
    if (judge(strict, { base: draw(), head: draw(), unit: "ms" }, 1).verdict === "exceeded") {
      blamed++;
    }
  }
  ok(blamed / runs <= 0.025, `${blamed} of ${runs}`);
});
