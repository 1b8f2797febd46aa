import { equal } from "node:assert/strict";
import { didYouMean, nearest } from "./nearest.ts";

const verbs = ["sql", "query", "expect", "fault", "do", "set", "load", "end", "sleep"];

Deno.test("nearest() forgives one slip of each sort", () => {
  equal(nearest("sqll", verbs), "sql");
  equal(nearest("quey", verbs), "query");
  equal(nearest("fualt", verbs), "fault");
  equal(nearest("axpect", verbs), "expect");
});

Deno.test("nearest() prefers the closest candidate over the first", () => {
  equal(nearest("replica2", ["replica1", "replica2"]), "replica2");
  equal(nearest("replicas", ["replica1", "replicas"]), "replicas");
});

Deno.test("nearest() completes a word that was cut short", () => {
  equal(nearest("exp", verbs), "expect");
  equal(nearest("replication", ["replica"]), "replica");
});

Deno.test("nearest() is silent when nothing is near", () => {
  equal(nearest("banana", verbs), undefined);
  equal(nearest("", verbs), undefined);
  equal(nearest("x".repeat(1_000_000), ["x".repeat(1_000_000)]), undefined);
});

Deno.test("didYouMean() knows longer words, words of other tools, and that numbers differ", () => {
  const facts = ["log", "lag_bytes", "lag_time", "partition"];
  equal(didYouMean("lag", facts), 'did you mean "lag_bytes" or "lag_time"?');
  equal(didYouMean("network_partition", facts), 'did you mean "partition"?');
  equal(didYouMean("standby", ["primary", "replicas"]), 'did you mean "replicas"?');
  equal(didYouMean("standby", verbs), undefined);
  equal(didYouMean("replica9", ["replica1", "replicas"]), undefined);
});
