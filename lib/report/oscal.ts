/**
 * OSCAL assessment results 1.2.2 (https://pages.nist.gov/OSCAL/): what the run evidences of NIST
 * SP 800-53. A control that was not assessed has an observation and no finding: OSCAL knows no
 * third state of findings.
 *
 * @module
 */
import type { Waiver } from "../result/event.ts";
import type { CaseResult, Result } from "../result/model.ts";
import { headline, problemLine } from "./causes.ts";
import { oneLine } from "./clean.ts";
import { caseDigest, resultDigest } from "./controls/digest.ts";
import { judgeControls } from "./controls/judge.ts";
import type { Judgement } from "./controls/model.ts";
import { uuidOf } from "./uuid.ts";

/** Namespace of properties that are not OSCAL's. */
const ns = "urn:pgproof:oscal";

const catalogueId = "nist-800-53";

/** The result as OSCAL JSON. */
export function renderOscal(result: Result): string {
  const { run } = result;
  const id = (...names: string[]) => uuidOf(run.runId, ...names);
  const judged = judgeControls(result).filter(({ catalogue }) => catalogue.id === catalogueId);
  const start = run.startedAt === "" ? "1970-01-01T00:00:00Z" : run.startedAt;
  const end = new Date(Date.parse(start) + (run.ms ?? 0)).toISOString();
  const plan = id("plan");
  const document = {
    "assessment-results": {
      uuid: id("assessment-results"),
      metadata: {
        title: `What pgproof saw of ${run.stack.file}`,
        "last-modified": end,
        version: run.runId,
        "oscal-version": "1.2.2",
        remarks: "This evidences, it does not certify.",
      },
      "import-ap": { href: `#${plan}` },
      results: [{
        uuid: id("result"),
        title: `Run ${run.runId}`,
        description: `${result.totals.cases} cases on ${run.target.description}, seed ${run.seed}.`,
        start,
        end,
        props: [
          prop("stack-sha256", run.stack.hash),
          prop("result-sha256", resultDigest(result)),
          prop("seed", String(run.seed)),
        ],
        "reviewed-controls": {
          "control-selections": [{
            "include-controls": judged.map(({ control }) => ({
              "control-id": oscalId(control.id),
            })),
          }],
        },
        ...list("observations", [
          ...result.cases.map((subject) => caseObservation(id, subject, start)),
          ...judged.filter(({ status }) => status === "not-assessed")
            .map((each) => unseenObservation(id, each, start)),
        ]),
        ...list(
          "risks",
          judged.flatMap((each) => each.waiver ? [risk(id, each, each.waiver)] : []),
        ),
        ...list(
          "findings",
          judged.filter(({ status }) => status !== "not-assessed").map((each) => finding(id, each)),
        ),
      }],
      "back-matter": {
        resources: [{
          uuid: plan,
          title: "Plan",
          description: `The scenarios of the run: ${
            [...new Set(result.cases.map(({ file }) => file))].join(", ") || "none"
          }`,
        }],
      },
    },
  };
  return JSON.stringify(document, null, 2) + "\n";
}

type Id = (...names: string[]) => string;

/** Empty arrays are not valid. */
function list<Name extends string, T>(name: Name, items: T[]): Partial<Record<Name, T[]>> {
  return items.length > 0 ? { [name]: items } as Record<Name, T[]> : {};
}

/** `CP-10(4)` as OSCAL writes it: `cp-10.4`. */
export function oscalId(control: string): string {
  return control.toLowerCase().replace(/\((\d+)\)/g, ".$1");
}

function prop(name: string, value: string) {
  return { name, ns, value: value === "" ? "unknown" : value };
}

function caseObservation(id: Id, subject: CaseResult, collected: string) {
  const { name, verdict, reason } = subject;
  const isBad = verdict === "failed" || verdict === "error";
  const why = isBad ? problemLine(headline(subject)) : reason ?? verdict;
  const ms = Date.parse(collected) + (subject.startedAt ?? 0) + subject.ms;
  return {
    uuid: id("case", subject.id),
    title: oneLine(name) || subject.id,
    description: oneLine(`${subject.id}: ${why}`),
    props: [prop("verdict", verdict)],
    methods: ["TEST"],
    "relevant-evidence": [{
      description: "This case in result.json, as canonical JSON.",
      props: [prop("sha256", caseDigest(subject))],
    }],
    collected: new Date(ms).toISOString(),
  };
}

function unseenObservation(id: Id, { control, why, key }: Judgement, collected: string) {
  return {
    uuid: id("not-assessed", key),
    title: `${control.id} was not assessed`,
    description: oneLine(why),
    props: [prop("status", "not-assessed"), prop("control-id", oscalId(control.id))],
    methods: ["UNKNOWN"],
    collected,
  };
}

function risk(id: Id, { control, key }: Judgement, { reason, owner, expires }: Waiver) {
  return {
    uuid: id("waiver", key),
    title: `${control.id} is waived`,
    description: oneLine(reason),
    statement: oneLine(`Accepted by ${owner} until ${expires}: ${reason}`),
    status: "deviation-approved",
    deadline: `${expires}T23:59:59Z`,
  };
}

function finding(id: Id, { control, key, status, why, cases, waiver }: Judgement) {
  return {
    uuid: id("finding", key),
    title: control.title,
    description: oneLine(why),
    target: {
      type: "objective-id",
      "target-id": `${oscalId(control.id)}_obj`,
      status: { state: status },
    },
    ...list(
      "related-observations",
      cases.map((each) => ({ "observation-uuid": id("case", each.id) })),
    ),
    ...(waiver ? { "related-risks": [{ "risk-uuid": id("waiver", key) }] } : {}),
  };
}
