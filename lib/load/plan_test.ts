import { deepEqual, equal, throws } from "node:assert/strict";
import type { LoadSpec } from "../scenario/model.ts";
import { planOperations } from "./plan.ts";

function specOf(...statements: string[]): LoadSpec {
  return {
    name: "orders",
    place: { line: 1, column: 1 },
    scripts: [{ weight: 1, statements }],
    ratePerSecond: 100,
    clients: 1,
    node: "primary",
    vars: { pad: "x", size: 3 },
  };
}

function planOperation(spec: LoadSpec) {
  return planOperations(spec)[0]!;
}

Deno.test("planOperations() sends a lone statement alone, which commits with it", () => {
  const [only, ...rest] = planOperation(specOf("insert into t values (:n, :pad)"));
  deepEqual(rest, []);
  equal(only!.text, "insert into t values ($1::int8, $2)");
  equal(only!.at, "commit");
  deepEqual(only!.parameters(7, []), ["7", "x"]);
  deepEqual(only!.parameters(8, []), ["8", "x"]);
});

Deno.test("planOperations() binds :n as an int8 wherever it stands", () => {
  const [only] = planOperation(specOf("insert into t values (:pad, ':n', :n, :n::text, :size)"));
  equal(only!.text, "insert into t values ($1, ':n', $2::int8, $2::int8::text, $3)");
  deepEqual(only!.parameters(7, []), ["x", "7", "3"]);
});

Deno.test("planOperations() puts several statements in one transaction", () => {
  const plan = planOperation(specOf("insert into t values (:n)", "select 1"));
  deepEqual(plan.map(({ text, at }) => [text, at]), [
    ["begin", "before"],
    ["insert into t values ($1::int8)", "before"],
    ["select 1", "before"],
    ["commit", "commit"],
  ]);
  equal(new Set(plan.map(({ name }) => name)).size, 4);
});

Deno.test("planOperations() knows that CALL can commit in its middle, but not in a transaction", () => {
  deepEqual(planOperation(specOf("call work(:n)")).map(({ at }) => at), ["inside"]);
  deepEqual(planOperation(specOf("call work(:n)", "select 1"))[1]!.at, "before");
});

Deno.test("planOperations() refuses what would change what one operation is", () => {
  throws(() => planOperation(specOf("insert into t values (:n)", "commit")), /commit changes/);
  throws(() => planOperation(specOf("select 1; select 2")), /expected one statement, found 2/);
  throws(() => planOperation(specOf(" ; ")), /found 0/);
  throws(() => planOperation(specOf()), /no statements/);
});

Deno.test("planOperations() refuses a name without a value", () => {
  throws(() => planOperation(specOf("select :other")), /nothing is named "other"/);
});

Deno.test("planOperations() binds what an operation draws, numbers as int8", () => {
  const spec: LoadSpec = {
    ...specOf("update t set v = :kind where id = :account and n < :n and p = :pad"),
    draws: {
      account: { kind: "zipfian", low: 1, high: 9, skew: 1.1 },
      kind: { kind: "choice", values: ["a", null] },
    },
  };
  const [only] = planOperation(spec);
  equal(only!.text, "update t set v = $1 where id = $2::int8 and n < $3::int8 and p = $4");
  deepEqual(only!.parameters(7, [5, "a"]), ["a", "5", "7", "x"]);
  deepEqual(only!.parameters(8, [6, null]), [null, "6", "8", "x"]);
});

Deno.test("planOperations() keeps the statements of scripts apart", () => {
  const scripts = ["select 1", "select 2"].map((sql) => ({ weight: 1, statements: [sql] }));
  const plans = planOperations({ ...specOf(), scripts });
  deepEqual(plans.map(([only]) => only!.text), ["select 1", "select 2"]);
  equal(new Set(plans.map(([only]) => only!.name)).size, 2);
});
