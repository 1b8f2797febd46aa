import { equal, match } from "node:assert/strict";
import { foldEvents } from "./fold.ts";
import type { RunEvent, Waiver } from "./event.ts";
import { heads, mixedRun } from "./testdata/mixed_run.ts";
import { withWaivers } from "./waive.ts";

const waiver = { reason: "known", owner: "dba", expires: "9999-12-31" };

/** The mixed run under these waivers. */
function folded(waivers: Waiver[]) {
  const events = mixedRun().map((event): RunEvent =>
    event.type === "run-started" ? { ...event, waivers } : event
  );
  return foldEvents(events);
}

const scenario = `scenario:${heads.failed.file.replace(/^scenarios\/|\.yaml$/g, "")}`;
const verdictOf = (result: ReturnType<typeof folded>, id: string) =>
  result.cases.find((each) => each.id === id)!;

Deno.test("withWaivers() waives a failure by its scenario, and says what failed", () => {
  const before = folded([]);
  const result = folded([{ ...waiver, control: scenario }]);
  const subject = verdictOf(result, heads.failed.id);
  equal(subject.verdict, "waived");
  match(subject.reason!, /is accepted by dba: known; it failed: expected .+, saw /);
  equal(result.totals.failed, before.totals.failed - 1);
  equal(result.totals.waived, before.totals.waived + 1);
});

Deno.test("withWaivers() lets an expired waiver count for nothing, and says so", () => {
  const result = folded([{ ...waiver, control: scenario, expires: "2000-01-01" }]);
  equal(verdictOf(result, heads.failed.id).verdict, "failed");
  match(result.notes.join(), /\(dba\) expired on 2000-01-01: it does not count/);
});

Deno.test("withWaivers() wants every control of a case waived, and never waives an error", () => {
  const controls = ["claim:A1", "claim:B1"];
  const given = controls.map((control) => ({ ...waiver, control }));
  const run = folded([]);
  const withControls = (waivers: Waiver[]) =>
    withWaivers({
      ...run,
      run: { ...run.run, waivers },
      cases: run.cases.map((each) => ({ ...each, controls })),
    });
  equal(verdictOf(withControls(given), heads.failed.id).verdict, "waived");
  equal(verdictOf(withControls(given.slice(1)), heads.failed.id).verdict, "failed");
  equal(verdictOf(withControls(given), heads.error.id).verdict, "error");
  equal(verdictOf(folded(given), heads.failed.id).verdict, "failed", "it is evidence for nothing");
});
