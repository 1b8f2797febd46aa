/** The formats for auditors. Of those that list every control, the snapshots hold a part. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { foldEvents } from "../result/fold.ts";
import { heads, mixedRun } from "../result/testdata/mixed_run.ts";
import type { Waiver } from "../result/event.ts";
import { renderCompliance } from "./compliance.ts";
import { canonical, caseDigest, resultDigest, sha256 } from "./controls/digest.ts";
import { renderHdf } from "./hdf.ts";
import { renderInToto } from "./in_toto.ts";
import { renderJson } from "./json.ts";
import { renderOscal } from "./oscal.ts";

const folded = foldEvents(mixedRun());
const waiver: Waiver = {
  control: "nist-800-53:CP-10(2)",
  reason: "accepted in review 12",
  owner: "data platform",
  expires: "2026-06-30",
};
const result = { ...folded, run: { ...folded.run, waivers: [waiver] } };

/** With one case that fails a claim of which NIST controls have need. */
const failing = {
  ...result,
  cases: result.cases.map((each) =>
    each.id === heads.failed.id ? { ...each, controls: ["claim:D4"] } : each
  ),
};

Deno.test("renderCompliance() of a run with every verdict", async (t) => {
  const rows = renderCompliance(failing).replace(/<style>[^]*?<\/style>/, "")
    .replace(/sha256-[\w+/=]{44}/g, "sha256-...").split(/(?=<tr id=)/);
  const kept = ["claim:A1", "claim:D4", "nist-800-53:CP-10(2)"].map((key) => `id="control/${key}`);
  const shown = rows.filter((row, index) => index === 0 || kept.some((id) => row.includes(id)));
  await t.assertSnapshot([...shown, rows.at(-1)!.split(/(?=<h2>Evidence)/)[1] ?? ""].join("\n"));
});

Deno.test("renderHdf() of a run with every verdict", async (t) => {
  const { profiles, ...head } = JSON.parse(renderHdf(failing));
  const kept = ["claim:A1", "claim:A3", "nist-800-53:CP-10(2)"];
  const shown = profiles.map((profile: { controls: { id: string }[]; name: string }) => ({
    name: profile.name,
    controls: profile.controls.filter(({ id }) => kept.includes(id)),
  })).filter(({ controls }: { controls: unknown[] }) => controls.length > 0);
  await t.assertSnapshot(JSON.stringify({ ...head, profiles: shown }, null, 2));
});

Deno.test("renderOscal() of a run with every verdict", async (t) => {
  const [shown] = JSON.parse(renderOscal(failing))["assessment-results"].results;
  const { findings, observations, risks, ...rest } = shown;
  await t.assertSnapshot(
    JSON.stringify({ ...rest, findings, risks, observations: observations.slice(0, 3) }, null, 2),
  );
});

Deno.test("renderOscal() has no finding on what was not assessed, and says so", () => {
  const [own] = JSON.parse(renderOscal(result))["assessment-results"].results;
  equal(own.findings, undefined);
  const unseen = own.observations.filter((each: { methods: string[] }) =>
    each.methods[0] === "UNKNOWN"
  );
  equal(
    unseen.length,
    own["reviewed-controls"]["control-selections"][0]["include-controls"].length,
  );
});

Deno.test("every report of controls says that it does not certify", () => {
  match(renderCompliance(result), /It does not certify/);
  match(renderOscal(result), /it does not certify/);
  match(renderHdf(result), /it does not certify/);
});

Deno.test("a waiver does not change what was seen", () => {
  const [own] = JSON.parse(renderOscal(failing))["assessment-results"].results;
  const finding = own.findings.find((each: { target: Record<string, unknown> }) =>
    each.target["target-id"] === "cp-10.2_obj"
  );
  equal(finding.target.status.state, "not-satisfied");
  equal(own.risks[0].status, "deviation-approved");
  deepEqual(finding["related-risks"], [{ "risk-uuid": own.risks[0].uuid }]);
});

Deno.test("the digests are those of the files and of the cases", () => {
  const [{ digest }] = JSON.parse(renderInToto(result)).subject;
  equal(digest.sha256, sha256(renderJson(result)));
  equal(resultDigest(result), digest.sha256);
  const [first] = JSON.parse(renderJson(result)).cases;
  equal(caseDigest(first), caseDigest(result.cases[0]!));
  ok(renderCompliance(result).includes(caseDigest(first)));
  equal(canonical({ b: [1, { d: "x", c: null }], a: undefined }), '{"b":[1,{"c":null,"d":"x"}]}');
});
