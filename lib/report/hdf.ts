/**
 * HDF, the format of MITRE's Heimdall and SAF (`exec-json` of InSpec): every catalogue as a profile.
 *
 * @module
 */
import type { CaseResult, Result } from "../result/model.ts";
import { headline, problemLine } from "./causes.ts";
import { oneLine } from "./clean.ts";
import { canonical, caseDigest, sha256 } from "./controls/digest.ts";
import { judgeControls } from "./controls/judge.ts";
import type { Catalogue, Judgement } from "./controls/model.ts";

/** The result as HDF JSON. */
export function renderHdf(result: Result): string {
  const { run } = result;
  const groups = Map.groupBy(judgeControls(result), ({ catalogue }) => catalogue);
  const report = {
    platform: { name: run.tool.name, release: run.tool.version },
    version: run.tool.version,
    statistics: { duration: (run.ms ?? 0) / 1000 },
    profiles: [...groups].map(([catalogue, judged]) => profile(result, catalogue, judged)),
  };
  return JSON.stringify(report, null, 2) + "\n";
}

function profile({ run }: Result, catalogue: Catalogue, judged: readonly Judgement[]) {
  return {
    name: catalogue.id,
    title: catalogue.title,
    version: catalogue.version,
    summary: "This evidences, it does not certify.",
    sha256: sha256(canonical(catalogue)),
    supports: [],
    attributes: [],
    groups: [],
    status: "loaded",
    controls: judged.map((each) => control(each, run)),
  };
}

function control({ control, key, cases, why, waiver, catalogue }: Judgement, run: Result["run"]) {
  const nist = catalogue.id === "nist-800-53" ? [control.id] : control.nist;
  return {
    id: key,
    title: control.title,
    desc: `${control.title}.`,
    descriptions: [{ label: "check", data: why }],
    impact: 0.5,
    refs: [],
    code: control.needs.join("\n"),
    source_location: { ref: `fixtures/controls/${catalogue.id}`, line: 1 },
    tags: {
      // The form that Heimdall's tree of controls reads.
      nist: [...nist.map((each) => each.replace("(", " (")), "Rev_5"],
      severity: "medium",
    },
    ...(waiver
      ? {
        waiver_data: {
          justification: `${waiver.owner}: ${waiver.reason}`,
          expiration_date: waiver.expires,
          run: true,
          skipped_due_to_waiver: false,
          message: "",
        },
      }
      : {}),
    results: cases.length > 0 ? cases.map((each) => outcome(each, run)) : [{
      status: "skipped",
      code_desc: `${control.id} was not assessed`,
      skip_message: why,
      start_time: run.startedAt,
    }],
  };
}

function outcome(subject: CaseResult, run: Result["run"]) {
  const { id, name, verdict, ms, reason, startedAt = 0 } = subject;
  const begin = Date.parse(run.startedAt);
  const said = {
    code_desc: oneLine(`${name} (${id})`),
    run_time: ms / 1000,
    start_time: new Date((Number.isNaN(begin) ? 0 : begin) + startedAt).toISOString(),
  };
  const message = `sha256:${caseDigest(subject)}`;
  if (verdict === "passed" || verdict === "flaky") return { ...said, status: "passed", message };
  if (verdict === "failed" || verdict === "error") {
    const seen = oneLine(problemLine(headline(subject)));
    return { ...said, status: verdict, message: `${seen} ${message}` };
  }
  return { ...said, status: "skipped", skip_message: oneLine(reason ?? verdict) };
}
