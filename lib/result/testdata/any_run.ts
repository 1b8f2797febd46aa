/**
 * Streams of events as a runner would emit them, for properties: any number of cases, attempts and
 * verdicts, interleaved, whole.
 *
 * @module
 */
import fc from "fast-check";
import type { CaseHead, EventBody, RunEvent, Verdict } from "../event.ts";
import { mixedRun } from "./mixed_run.ts";

/** Any text, what XML and terminals cannot hold included. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.constantFrom(
    "]]>",
    "\u0000\u001b[31m",
    "\ud800",
    "\ufffe",
    "<a b='&'>",
    "line\r\nline\n",
    "\u0085",
  ),
);

const verdict = fc.constantFrom<Verdict>("passed", "passed", "passed", "failed", "error");

const problem = fc.record({
  code: fc.constantFrom("Mismatch", "Deadline", "NodeError"),
  expected: anyText,
  seen: anyText,
  notes: fc.array(anyText, { maxLength: 2 }),
});

const stepEnd = fc.record({ verdict, problem, text: anyText, log: anyText });
const attempt = fc.record({
  steps: fc.array(stepEnd, { minLength: 1, maxLength: 3 }),
  problems: fc.array(problem, { maxLength: 1 }),
});
const played = fc.record({
  kind: fc.constant("played" as const),
  attempts: fc.array(attempt, { minLength: 1, maxLength: 2 }),
  name: anyText,
});
const unrun = fc.record({
  kind: fc.constant("unrun" as const),
  verdict: fc.constantFrom<Verdict>("skipped", "not-run", "waived"),
  reason: anyText,
  name: anyText,
});

/** The verdict a sound runner gives, and the events of one case. */
function play(
  given: { attempts: Attempt[] },
  id: string,
  heads: CaseHead["steps"],
): EventBody[] {
  const events: EventBody[] = [];
  for (const [index, { steps, problems }] of given.attempts.entries()) {
    events.push({ type: "case-started", case: id, worker: 1, attempt: index + 1 });
    let worst: Verdict = problems.length > 0 ? "error" : "passed";
    for (const { id: step } of heads) {
      const end = steps[heads.findIndex((each) => each.id === step)] ?? steps[0]!;
      events.push({ type: "step-started", case: id, step });
      const evidence = [{ kind: "rows", text: end.text }, {
        kind: "log",
        node: "master",
        text: end.log,
      }];
      const bad = end.verdict === "passed" ? {} : { problem: end.problem };
      events.push({
        type: "step-ended",
        case: id,
        step,
        verdict: end.verdict,
        ms: 1,
        evidence,
        ...bad,
      });
      if (end.verdict === "passed") continue;
      worst = end.verdict;
      break;
    }
    events.push({ type: "case-ended", case: id, verdict: worst, ms: 2, problems });
    if (worst !== "error") break;
  }
  return events;
}

type Attempt = typeof attempt extends fc.Arbitrary<infer T> ? T : never;

/** Whole streams. */
export const anyRun: fc.Arbitrary<RunEvent[]> = fc.tuple(
  fc.array(fc.oneof(played, unrun), { maxLength: 5 }),
  fc.infiniteStream(fc.nat()),
  fc.boolean(),
).map(([cases, random, interrupted]) => {
  const heads = cases.map((each, index): CaseHead => {
    const id = `scenarios/${index % 2}.yaml[n=${index}]`;
    const steps = each.kind === "played" ? each.attempts[0]!.steps : [];
    return {
      id,
      file: id.slice(0, id.indexOf("[")),
      line: 1,
      name: each.name,
      tags: [],
      controls: [],
      combination: { n: index },
      seed: 1,
      steps: steps.map((_, at) => ({
        id: `steps[${at}]`,
        place: { line: at + 2, column: 5 },
        title: each.name,
        verb: "query",
        section: "steps",
      })),
    };
  });
  const lanes = cases.map((each, index): EventBody[] => {
    const { id, steps } = heads[index]!;
    if (each.kind === "played") return play(each, id, steps);
    const { verdict, reason } = each;
    return [{ type: "case-ended", case: id, verdict, ms: 0, problems: [], reason }];
  });
  const [first] = mixedRun() as [RunEvent & { type: "run-started" }];
  const bodies: EventBody[] = [{ ...first, cases: heads }];
  for (let open = lanes; open.length > 0; open = open.filter((lane) => lane.length > 0)) {
    const lane = open[random.next().value! % open.length]!;
    bodies.push(...lane.splice(0, 1));
  }
  bodies.push({ type: "run-ended", ms: bodies.length, interrupted });
  return bodies.map((body, t) => ({ ...body, t, at: new Date(t).toISOString() }));
});
