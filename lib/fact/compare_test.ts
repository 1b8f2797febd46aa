import { equal, throws } from "node:assert/strict";
import fc from "fast-check";
import type { Comparison } from "../scenario/model.ts";
import { formatLsn } from "../sql/lsn.ts";
import { judge } from "./compare.ts";

const holds = (compare: Comparison, seen: unknown) => judge(compare, seen).holds;

Deno.test("judge() compares numbers with numeric text by value", () => {
  equal(holds({ is: 10 }, "10.00"), true);
  equal(holds({ is: "10" }, 10), true);
  equal(holds({ not: 10 }, "10.00"), false);
  equal(holds({ is: 0.1 }, "0.10"), true);
  equal(holds({ is: 0.1 }, "0.1000000000000000055"), false);
  equal(holds({ above: 9 }, "10"), true);
  equal(holds({ is: -0 }, 0), true);
  equal(holds({ at_least: 1e21 }, 1e22), true);
});

Deno.test("judge() keeps text apart from other text of the same value", () => {
  equal(holds({ is: "10" }, "10.0"), false);
  equal(holds({ is: "on" }, true), false);
  equal(holds({ is: true }, true), true);
});

Deno.test("judge() is exact where JavaScript numbers are not", () => {
  equal(holds({ is: "9007199254740993" }, "9007199254740993"), true);
  equal(holds({ below: "9007199254740993" }, "9007199254740992"), true);
  equal(holds({ at_most: "9007199254740992" }, "9007199254740993"), false);
  throws(() => holds({ is: 2 ** 53 }, "9007199254740993"), { name: "StepProblem" });
  throws(() => holds({ below: 2 ** 53 }, "9007199254740993"), /written in quotes/);
});

Deno.test("judge() orders LSNs as positions, not as text", () => {
  equal(holds({ above: "0/9000000" }, "0/10000000"), true);
  equal(holds({ at_least: "1/0" }, "0/FFFFFFFF"), false);
});

Deno.test("judge() compares lists and rows item by item", () => {
  equal(holds({ is: [1, 2] }, ["1", 2]), true);
  equal(holds({ is: [1, 2] }, [2, 1]), false);
  equal(holds({ is: [1, 2] }, [1, 2, 3]), false);
  equal(holds({ is: [[1, "a"], [2, "b"]] }, [[1, "a"], [2, "b"]]), true);
  equal(holds({ is: [7] }, 7), true);
  equal(holds({ is: [[1, "a"]] }, [1, "a"]), true);
  equal(holds({ is: [null] }, null), false);
  equal(holds({ is: [1, null] }, [1, null]), true);
});

Deno.test("judge() takes null only where the scenario says null", () => {
  equal(holds({ is: null }, null), true);
  equal(holds({ not: null }, null), false);
  equal(holds({ not: null }, 1), true);
  equal(holds({ is: 1 }, null), false);
  equal(holds({ is: null }, 0), false);
  equal(holds({ matches: "." }, null), false);
  for (const compare of [{ not: 5 }, { lacks: "x" }, { below: 5 }, { at_least: 0 }]) {
    equal(holds(compare, null), undefined);
  }
  equal(holds({ below: 5, is: 1 }, null), false);
});

for (const seen of [true, "replica1", [1], "NaN", NaN, "2026-01-01", { a: 1 }]) {
  Deno.test(`judge() refuses to order ${JSON.stringify(seen)}`, () => {
    throws(() => holds({ below: 5 }, seen), /only numbers and LSNs have an order/);
    throws(() => holds({ above: "0/1" }, seen), /only numbers and LSNs have an order/);
  });
}

Deno.test("judge() refuses to order a number against an LSN", () => {
  throws(() => holds({ below: "0/1" }, 5), /no order|have an order/);
});

Deno.test("judge() matches text, every item of a list", () => {
  equal(holds({ matches: "^str" }, "streaming"), true);
  equal(holds({ matches: "^str" }, ["streaming", "catchup"]), false);
  equal(holds({ lacks: "catch" }, ["streaming", "catchup"]), false);
  equal(holds({ lacks: "lost" }, ["streaming", "catchup"]), true);
  equal(holds({ matches: "^12$" }, 12), true);
});

Deno.test("judge() needs all comparisons, and says them all", () => {
  const compare = { above: 3, at_most: 10, not: 7 };
  equal(holds(compare, 7), false);
  equal(holds(compare, 8), true);
  equal(judge(compare, 8).expected, "not 7 and above 3 and at most 10");
  equal(judge({ is: "hello" }, 1).expected, '"hello"');
  equal(judge({ lacks: "a+" }, "b").expected, "no match of /a+/");
  equal(judge({}, null).holds, true);
});

Deno.test("judge() orders any two integers like bigint does, in any notation", () => {
  const written = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });
  fc.assert(fc.property(written, written, fc.nat({ max: 5 }), (a, b, zeros) => {
    const seen = zeros ? `${a}.${"0".repeat(zeros)}` : String(a);
    equal(holds({ below: String(b) }, seen), a < b);
    equal(holds({ at_least: String(b) }, seen), a >= b);
    equal(holds({ above: String(b) }, seen), a > b);
    equal(holds({ at_most: String(b) }, seen), a <= b);
  }));
});

Deno.test("judge() orders any two doubles like JavaScript does", () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(fc.property(double, double, (a, b) => {
    equal(holds({ below: b }, a), a < b);
    equal(holds({ is: b }, a), a === b);
  }));
});

Deno.test("judge() orders any two LSNs like their positions", () => {
  const position = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(fc.property(position, position, (a, b) => {
    equal(holds({ below: formatLsn(b) }, formatLsn(a)), a < b);
  }));
});

Deno.test("judge() never lets is and not agree, except that null is undecided", () => {
  const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null));
  fc.assert(fc.property(value, value, (operand, seen) => {
    const not = holds({ not: operand }, seen);
    if (not !== undefined) equal(not, !holds({ is: operand }, seen));
    else equal(seen, null);
  }));
});
