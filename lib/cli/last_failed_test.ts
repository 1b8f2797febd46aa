import { deepEqual, rejects } from "node:assert/strict";
import type { Result } from "../result/model.ts";
import type { Case } from "../scenario/model.ts";
import { failedIds, lastFailed } from "./last_failed.ts";

function result(verdicts: Record<string, string>): Result {
  const cases = Object.entries(verdicts).map(([id, verdict]) => ({ id, verdict }));
  return { schema: "pgproof/result/1", cases } as unknown as Result;
}

const cases = ["a.yaml", "b.yaml[how=kill]"].map((id) => ({ id }) as Case);

async function withFile(content: Result, act: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, JSON.stringify(content));
    await act(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("failedIds() holds what failed, could not be decided, or was not reached", () => {
  const ids = failedIds(result({
    a: "passed",
    b: "failed",
    c: "error",
    d: "skipped",
    e: "not-run",
    f: "flaky",
    g: "waived",
  }));
  deepEqual([...ids], ["b", "c", "d"]);
});

Deno.test("lastFailed() keeps the selected cases that failed", () =>
  withFile(result({ "a.yaml": "passed", "b.yaml[how=kill]": "failed" }), async (path) => {
    deepEqual((await lastFailed(cases, path)).map(({ id }) => id), ["b.yaml[how=kill]"]);
  }));

Deno.test("lastFailed() says why it selects nothing", async () => {
  await withFile(result({ "a.yaml": "passed" }), async (path) => {
    await rejects(lastFailed(cases, path), /everything passed/);
  });
  await withFile(result({ "c.yaml": "failed" }), async (path) => {
    await rejects(lastFailed(cases, path), /none of the 1 cases .* is selected/);
  });
  await rejects(lastFailed(cases, "nowhere/result.json"), /cannot read nowhere/);
});
