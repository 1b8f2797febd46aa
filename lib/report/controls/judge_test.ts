import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { foldEvents } from "../../result/fold.ts";
import { heads, mixedRun } from "../../result/testdata/mixed_run.ts";
import type { Verdict, Waiver } from "../../result/event.ts";
import type { Result } from "../../result/model.ts";
import { judgeControls } from "./judge.ts";
import type { Catalogue } from "./model.ts";
import { readCatalogue, readWaivers, shippedCatalogues } from "./read.ts";

const result = foldEvents(mixedRun());
const [template] = result.cases as [Result["cases"][number]];

const catalogue: Catalogue = {
  id: "test",
  title: "Test",
  version: "1",
  controls: [{ id: "1", title: "One", needs: ["claim:A1", "scenario:lag/slow"], nist: [] }],
};

/** A run of cases that carry controls. */
function runOf(...cases: [verdict: Verdict, control: string, file?: string][]): Result {
  return {
    ...result,
    cases: cases.map(([verdict, control, file = "scenarios/a.yaml"], index) => ({
      ...template,
      id: `case ${index}`,
      file,
      verdict,
      controls: [control],
    })),
  };
}

function statusOf(...cases: Parameters<typeof runOf>) {
  return judgeControls(runOf(...cases), [catalogue])[0]!.status;
}

const slow: [Verdict, string, string] = ["passed", "claim:B1", "/x/scenarios/lag/slow.yaml"];

Deno.test("judgeControls() is satisfied only when all that is needed was seen to pass", () => {
  equal(statusOf(["passed", "claim:A1"], slow), "satisfied");
  equal(statusOf(["flaky", "claim:A1"], slow), "satisfied");
  equal(statusOf(["passed", "claim:A1"]), "not-assessed");
  equal(statusOf(slow), "not-assessed");
  equal(statusOf(), "not-assessed");
});

Deno.test("judgeControls() never takes what was not decided for a pass", () => {
  for (const verdict of ["error", "skipped", "not-run"] as const) {
    equal(statusOf(["passed", "claim:A1"], [verdict, "claim:A1"], slow), "not-assessed", verdict);
  }
});

Deno.test("judgeControls() is not satisfied by one failure, whatever else passed", () => {
  equal(statusOf(["passed", "claim:A1"], ["failed", "claim:A1"], slow), "not-satisfied");
  equal(statusOf(["failed", "claim:A1"]), "not-satisfied");
  equal(statusOf(["passed", "claim:A1"], ["waived", "claim:A1"], slow), "not-satisfied");
  equal(statusOf(["passed", "claim:A1"], slow, ["failed", "test:1"]), "not-satisfied");
});

Deno.test("judgeControls() counts a waiver up to its last day, on the day of the run", () => {
  const waiver: Waiver = { control: "test:1", reason: "r", owner: "o", expires: "2026-01-02" };
  const run = { ...result.run, startedAt: "2026-01-02T23:59:00Z", waivers: [waiver] };
  const judged = (startedAt: string) =>
    judgeControls({ ...runOf(["failed", "claim:A1"]), run: { ...run, startedAt } }, [
      catalogue,
    ])[0]!;
  deepEqual(judged("2026-01-02T23:59:00Z").waiver, waiver);
  equal(judged("2026-01-03T00:00:00Z").waiver, undefined);
  deepEqual(judged("2026-01-03T00:00:00Z").expired, waiver);
  equal(judged("2026-01-02T23:59:00Z").status, "not-satisfied");
});

Deno.test("shippedCatalogues() has the claims first, and needs that exist", () => {
  const all = shippedCatalogues();
  equal(all[0]!.id, "claim");
  const keys = new Set(
    all.flatMap(({ id, controls }) => controls.map((each) => `${id}:${each.id}`)),
  );
  const needs = all.flatMap(({ controls }) => controls.flatMap((each) => each.needs));
  for (const need of needs) {
    const [, path] = /^scenario:(.+)$/.exec(need) ?? [];
    const file = new URL(`../../../scenarios/${path}.yaml`, import.meta.url);
    ok(path === undefined ? keys.has(need) : Deno.statSync(file).isFile, need);
  }
});

Deno.test("judgeControls() names the cases of a claim", () => {
  const [a1] = judgeControls(result).filter(({ key }) => key === "claim:A1");
  deepEqual(a1!.cases.map(({ id }) => id), [heads.passed.id]);
  equal(a1!.status, "satisfied");
});

Deno.test("readCatalogue() and readWaivers() refuse what they do not know", () => {
  const head = 'id: x\ntitle: X\nversion: "1"\ncontrols:\n';
  throws(() => readCatalogue(`${head}  - { id: a, title: A, need: [] }\n`, "x.yaml"), /need/);
  throws(
    () => readCatalogue(`${head}  - { id: a, title: A }\n  - { id: a, title: B }\n`, "x"),
    /twice/,
  );
  throws(() => readWaivers("- { control: claim:A1, reason: r, owner: o }", "w.yaml"), /expires/);
  throws(
    () => readWaivers("- { control: claim:A1, reason: r, owner: o, expires: soon }", "w"),
    /ISO date|expires/,
  );
  const [waiver] = readWaivers(
    "- { control: claim:A1, reason: r, owner: o, expires: 2027-01-31 }",
    "w",
  );
  match(waiver!.expires, /^2027/);
});
