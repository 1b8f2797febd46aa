import { equal, match } from "node:assert/strict";
import { sequenceProblem, type SequenceState } from "./sequence_state.ts";

function at(last: number, change: Partial<SequenceState> = {}): SequenceState {
  return {
    last: BigInt(last),
    isCalled: true,
    increment: 1n,
    cache: 1n,
    isCycle: false,
    ...change,
  };
}

Deno.test("sequenceProblem() lets a replica be ahead as far as nextval() logs", () => {
  equal(sequenceProblem(at(1), at(1)), undefined);
  equal(sequenceProblem(at(1), at(33)), undefined);
  match(sequenceProblem(at(1), at(35)) ?? "", /too far ahead: at 35, the primary's at 1/);
  equal(sequenceProblem(at(10, { increment: 10n }), at(330)), undefined);
});

Deno.test("sequenceProblem() never lets a replica be behind: it would give a value twice", () => {
  match(sequenceProblem(at(34), at(33)) ?? "", /is behind/);
  match(sequenceProblem(at(1), at(1, { isCalled: false })) ?? "", /is behind: unused/);
  equal(sequenceProblem(at(1), undefined), "is missing");
});

Deno.test("sequenceProblem() follows sequences that count down", () => {
  equal(sequenceProblem(at(-1, { increment: -1n }), at(-33, { increment: -1n })), undefined);
  match(sequenceProblem(at(-5, { increment: -1n }), at(-4, { increment: -1n })) ?? "", /behind/);
});
