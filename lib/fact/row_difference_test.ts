import { deepEqual } from "node:assert/strict";
import { differenceOf } from "./row_difference.ts";

const names = { table: "public.t", one: "master", other: "replica1" };
const rows = (...list: [string, string][]) => new Map(list.map(([key, row]) => [key, [row]]));

Deno.test("differenceOf() tells what is missing, what is too much and what differs", () => {
  const mine = rows(["(1)", "(1,a)"], ["(2)", "(2,b)"], ["(3)", "(3,c)"]);
  const theirs = rows(["(1)", "(1,a)"], ["(2)", "(2,x)"], ["(4)", "(4,d)"]);
  deepEqual(differenceOf(mine, theirs, names), [
    "public.t: master has (2,b), replica1 has (2,x)",
    "public.t: replica1 lacks (3,c)",
    "public.t: replica1 has (4,d), master does not",
  ]);
});

Deno.test("differenceOf() counts rows that are there twice", () => {
  const mine = new Map([["(1)", ["(1)", "(1)"]]]);
  deepEqual(differenceOf(mine, rows(["(1)", "(1)"]), names), [
    "public.t: master has 2 times (1), replica1 has (1)",
  ]);
});

Deno.test("differenceOf() says nothing of equal rows", () => {
  deepEqual(differenceOf(rows(["(1)", "(1)"]), rows(["(1)", "(1)"]), names), []);
});
