import { deepEqual, equal, throws } from "node:assert/strict";
import type { LoadSpec } from "../scenario/model.ts";
import { planOperation } from "./plan.ts";

function specOf(...statements: string[]): LoadSpec {
  return {
    name: "orders",
    place: { line: 1, column: 1 },
    statements,
    ratePerSecond: 100,
    clients: 1,
    node: "primary",
    vars: { pad: "x", size: 3 },
  };
}

Deno.test("planOperation() sends a lone statement alone, which commits with it", () => {
  const [only, ...rest] = planOperation(specOf("insert into t values (:n, :pad)"));
  deepEqual(rest, []);
  equal(only!.text, "insert into t values ($1::int8, $2)");
  equal(only!.at, "commit");
  deepEqual(only!.parameters(7), ["7", "x"]);
  deepEqual(only!.parameters(8), ["8", "x"]);
});

Deno.test("planOperation() binds :n as an int8 wherever it stands", () => {
  const [only] = planOperation(specOf("insert into t values (:pad, ':n', :n, :n::text, :size)"));
  equal(only!.text, "insert into t values ($1, ':n', $2::int8, $2::int8::text, $3)");
  deepEqual(only!.parameters(7), ["x", "7", "3"]);
});

Deno.test("planOperation() puts several statements in one transaction", () => {
  const plan = planOperation(specOf("insert into t values (:n)", "select 1"));
  deepEqual(plan.map(({ text, at }) => [text, at]), [
    ["begin", "before"],
    ["insert into t values ($1::int8)", "before"],
    ["select 1", "before"],
    ["commit", "commit"],
  ]);
  equal(new Set(plan.map(({ name }) => name)).size, 4);
});

Deno.test("planOperation() knows that CALL can commit in its middle, but not in a transaction", () => {
  deepEqual(planOperation(specOf("call work(:n)")).map(({ at }) => at), ["inside"]);
  deepEqual(planOperation(specOf("call work(:n)", "select 1"))[1]!.at, "before");
});

Deno.test("planOperation() refuses what would change what one operation is", () => {
  throws(() => planOperation(specOf("insert into t values (:n)", "commit")), /commit changes/);
  throws(() => planOperation(specOf("select 1; select 2")), /expected one statement, found 2/);
  throws(() => planOperation(specOf(" ; ")), /found 0/);
  throws(() => planOperation(specOf()), /no statements/);
});

Deno.test("planOperation() refuses a name without a value", () => {
  throws(() => planOperation(specOf("select :other")), /nothing is named "other"/);
});
