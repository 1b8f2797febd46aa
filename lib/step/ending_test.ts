import { deepEqual, throws } from "node:assert/strict";
import { StepProblem } from "../run/problem.ts";
import type { EndStep } from "../scenario/model.ts";
import { type Answer, SqlError } from "../sql/session.ts";
import { type Ending, endingOf, judgeEnding } from "./ending.ts";

const answer: Answer = { columns: [], rows: [], rowCount: 1, command: "INSERT", notices: [] };
const warning = { severity: "WARNING", code: "01000", message: "canceling wait" };

function end(words: Partial<EndStep>): EndStep {
  const place = { line: 1, column: 1 };
  return {
    verb: "end",
    id: "steps[0]",
    place,
    title: "end a",
    target: "a",
    compare: {},
    save: {},
    ...words,
  };
}

Deno.test("endingOf() never takes a warning or a lost connection for a success", async () => {
  const refused = new SqlError("duplicate", "23505", { severity: "ERROR" });
  const found = await Promise.all([
    endingOf("insert", Promise.resolve(answer)),
    endingOf("insert", Promise.resolve({ ...answer, notices: [warning] })),
    endingOf("insert", Promise.reject(refused)),
    endingOf("call p()", Promise.reject(refused)),
    endingOf("insert", Promise.reject(new SqlError("gone", "lost"))),
  ]);
  deepEqual(found.map(({ fate }) => fate), [
    "acknowledged",
    "unknown",
    "refused",
    "unknown",
    "unknown",
  ]);
  deepEqual(found[1]!.text, "INSERT 1; WARNING canceling wait");
});

Deno.test("judgeEnding() judges the fate, what the server said, and an expected error", () => {
  const good: Ending = { fate: "acknowledged", text: "INSERT 1" };
  const warned: Ending = { fate: "unknown", text: "INSERT 1; WARNING canceling wait" };
  const failed: Ending = { fate: "refused", text: "57014: canceling statement", code: "57014" };
  judgeEnding(end({}), good);
  judgeEnding(end({ compare: { is: "unknown", matches: "WARNING" } }), warned);
  judgeEnding(end({ error: "query_canceled" }), failed);
  judgeEnding(end({ compare: { is: "refused" } }), failed);
  judgeEnding(end({ compare: { not: "acknowledged" } }), failed);
  const wrong: [Partial<EndStep>, Ending, string][] = [
    [{}, failed, "SqlError"],
    [{ compare: { matches: "canceling" } }, failed, "SqlError"],
    [{ compare: { is: "acknowledged" } }, warned, "OtherFate"],
    [{ compare: { not: "unknown" } }, warned, "OtherFate"],
    [{ compare: { lacks: "WARNING" } }, warned, "Mismatch"],
    [{ compare: { matches: "WARNING" } }, good, "Mismatch"],
    [{ error: "57014" }, warned, "NoError"],
    [{ error: "unique_violation" }, failed, "OtherError"],
  ];
  for (const [words, ending, code] of wrong) {
    throws(
      () => judgeEnding(end(words), ending),
      (error) => error instanceof StepProblem && error.problem.code === code,
    );
  }
});
