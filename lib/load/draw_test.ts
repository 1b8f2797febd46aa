import { deepEqual, equal, notDeepEqual, ok } from "node:assert/strict";
import type { Draw, LoadSpec, Script } from "../scenario/model.ts";
import { Draws } from "./draw.ts";

function specOf(draws: Record<string, Draw>, scripts?: Script[]): LoadSpec {
  return {
    name: "orders",
    place: { line: 1, column: 1 },
    scripts: scripts ?? [{ weight: 1, statements: ["select 1"] }],
    ratePerSecond: 100,
    clients: 1,
    node: "primary",
    draws,
  };
}

/** What a hundred thousand operations got. */
function drawn(draw: Draw): number[] {
  const draws = new Draws(specOf({ it: draw }), 7);
  return Array.from({ length: 100_000 }, (_, index) => Number(draws.of(index + 1).values[0]));
}

/** The share of each number from 1 to `count`. */
function shares(values: number[], count: number): number[] {
  ok(values.every((value) => Number.isInteger(value) && value >= 1 && value <= count));
  const counts = Array<number>(count).fill(0);
  for (const value of values) counts[value - 1]!++;
  return counts.map((each) => each / values.length);
}

function near(seen: number[], wanted: number[]) {
  seen.forEach((share, index) =>
    ok(Math.abs(share - wanted[index]!) < 0.01, `${index + 1}: ${share}, not ${wanted[index]}`)
  );
}

Deno.test("Draws() gives an operation the same whenever it is asked, and another with another seed", () => {
  const spec = specOf({ it: { kind: "uniform", low: 1, high: 1_000_000, skew: 1 } });
  const [one, two] = [new Draws(spec, 1), new Draws(spec, 2)];
  const later = one.of(9);
  deepEqual(one.of(3), new Draws(spec, 1).of(3));
  deepEqual(one.of(9), later);
  notDeepEqual(one.of(3), two.of(3));
  notDeepEqual(one.of(3), new Draws({ ...spec, name: "other" }, 1).of(3));
});

Deno.test("Draws() draws uniform numbers, both ends included", () => {
  near(shares(drawn({ kind: "uniform", low: 1, high: 5, skew: 1 }), 5), Array(5).fill(0.2));
});

for (const skew of [0.5, 1, 1.5, 3]) {
  Deno.test(`Draws() draws zipfian numbers with skew ${skew}`, () => {
    const weights = Array.from({ length: 8 }, (_, index) => (index + 1) ** -skew);
    const sum = weights.reduce((a, b) => a + b);
    const seen = shares(drawn({ kind: "zipfian", low: 1, high: 8, skew }), 8);
    near(seen, weights.map((each) => each / sum));
  });
}

Deno.test("Draws() draws exponential numbers as pgbench does", () => {
  const [skew, count] = [3, 6];
  // From the documentation: the density of i is f(i-1) - f(i), f(x) = exp(-skew * x / count), normed.
  const tail = (x: number) => Math.exp(-skew * x / count);
  const wanted = Array.from(
    { length: count },
    (_, i) => (tail(i) - tail(i + 1)) / (1 - tail(count)),
  );
  near(shares(drawn({ kind: "exponential", low: 1, high: count, skew }), count), wanted);
});

Deno.test("Draws() counts sequences from where they begin, and chooses among values", () => {
  const choice: Draw = { kind: "choice", values: ["a", null, 3] };
  const draws = new Draws(specOf({ serial: { kind: "sequence", from: 100 }, choice }), 1);
  deepEqual(draws.names, ["serial", "choice"]);
  deepEqual([1, 2, 3].map((n) => draws.of(n).values[0]), [100, 101, 102]);
  const seen = new Set(Array.from({ length: 100 }, (_, n) => draws.of(n).values[1]));
  deepEqual(seen, new Set(["a", null, 3]));
});

Deno.test("Draws() performs scripts as often as they weigh", () => {
  const scripts = [3, 1].map((weight) => ({ weight, statements: ["select 1"] }));
  const draws = new Draws(specOf({}, scripts), 1);
  let second = 0;
  for (let n = 1; n <= 10_000; n++) second += draws.of(n).script;
  ok(Math.abs(second - 2500) < 200, `${second} of 10000`);
  equal(new Draws(specOf({}), 1).of(1).script, 0);
});
