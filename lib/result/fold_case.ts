/**
 * One case, folded from its events. An attempt starts from nothing; what earlier ones came to is
 * kept beside it. Only what was seen to pass passes.
 *
 * @module
 */
import type {
  CaseEnded,
  CaseHead,
  Evidence,
  LoadChanged,
  Measured,
  Noted,
  Problem,
  RunEvent,
  StepEnded,
  StepHead,
} from "./event.ts";
import { Course } from "./course.ts";
import { joined } from "./measure.ts";
import type { Attempt, CaseResult, Moment, StepResult } from "./model.ts";

/** What is known of the attempt that is being told. */
interface Account {
  number: number;
  worker?: number;
  startedAt?: number;
  cluster?: NonNullable<CaseResult["cluster"]>;
  steps: Map<string, StepResult>;
  running: Set<string>;
  measures: CaseResult["measures"];
  timeline: Moment[];
  course: Course;
  evidence: Evidence[];
  notes: string[];
  ended?: CaseEnded;
  lastT: number;
}

/** Why a case has no end. */
export interface Ending {
  /** The run was told to stop. */
  interrupted: boolean;
  /** For a case that was begun: `the run stopped before it ended`. */
  reason: string;
}

/** Takes the events of one case. */
export class CaseFold {
  readonly #head: CaseHead;
  readonly #earlier: Attempt[] = [];
  /** Of every attempt: what was not undone stays, whatever a later attempt comes to. */
  readonly #undoFailures: string[] = [];
  #account: Account;

  constructor(head: CaseHead) {
    this.#head = head;
    this.#account = accountOf(head, 0);
  }

  /** Takes one event of this case. */
  take(event: RunEvent): void {
    const account = this.#account;
    account.lastT = event.t;
    switch (event.type) {
      case "case-started":
        return this.#begin(event);
      case "cluster-created": {
        const { ms, nodes, translations } = event;
        account.cluster = { ms, nodes, translations };
        return;
      }
      case "step-started":
        if (event.head) this.#announce(event.head);
        this.#step(event.step).startedAt = event.t;
        account.running.add(event.step);
        return;
      case "step-ended":
        return this.#endStep(event);
      case "measured":
        return addMeasure(account.measures, event);
      case "case-ended":
        account.ended = event;
        return;
      case "sampled":
        return account.course.take(event);
      case "note":
        return this.#note(event);
      default: {
        const moment = momentOf(event);
        if (moment) account.timeline.push(moment);
      }
    }
  }

  /** What the case came to; `ending` says why it has no end, if it has none. */
  result(ending: Ending): CaseResult {
    const account = this.#account;
    const { steps: _heads, ...head } = this.#head;
    const outcome = this.#outcome(ending);
    const { ended, worker, startedAt, cluster, measures, timeline, evidence, notes } = account;
    return {
      ...head,
      ...outcome,
      ...(startedAt === undefined ? {} : { startedAt }),
      ms: ended?.ms ?? (startedAt === undefined ? 0 : account.lastT - startedAt),
      ...(worker === undefined ? {} : { worker }),
      attempts: account.number,
      ...(this.#earlier.length > 0 ? { earlier: [...this.#earlier] } : {}),
      ...(cluster ? { cluster } : {}),
      steps: [...account.steps.values()].map((step) =>
        account.running.has(step.id) ? unended(step, account.lastT, ending) : { ...step }
      ),
      measures: [...measures],
      timeline: [...timeline],
      ...account.course.result(),
      evidence: [...evidence],
      notes: [...notes],
    };
  }

  #begin(event: RunEvent & { type: "case-started" }): void {
    const { attempt, worker, t } = event;
    if (this.#account.number > 0) this.#earlier.push(this.#asEarlier());
    this.#account = { ...accountOf(this.#head, attempt), worker, startedAt: t, lastT: t };
  }

  #asEarlier(): Attempt {
    const reason = "the attempt did not end";
    const { verdict, ms, problems, steps } = this.result({ interrupted: false, reason });
    const ofSteps = steps.flatMap((step) => step.problem ?? []);
    return { attempt: this.#account.number, verdict, ms, problems: [...ofSteps, ...problems] };
  }

  #endStep(event: RunEvent & StepEnded): void {
    const { verdict, ms, problem, evidence, looks } = event;
    const step = this.#step(event.step);
    this.#account.running.delete(event.step);
    Object.assign(step, { verdict, ms, evidence });
    step.startedAt ??= event.t - ms;
    if (problem) step.problem = problem;
    if (looks !== undefined) step.looks = looks;
    this.#judged.add(step);
  }

  readonly #judged = new WeakSet<StepResult>();

  /** A step that comes before those of the plan. */
  #announce(head: StepHead): void {
    const { steps } = this.#account;
    if (steps.has(head.id)) return;
    const planned = [...steps].filter(([, { verb }]) => verb !== head.verb);
    const earlier = [...steps].filter(([, { verb }]) => verb === head.verb);
    this.#account.steps = new Map([...earlier, [head.id, notReached(head)], ...planned]);
  }

  /** A step by its id; one that was not announced is told all the same. */
  #step(id: string): StepResult {
    const { steps } = this.#account;
    const known = steps.get(id);
    if (known) return known;
    const place = { line: this.#head.line, column: 1 };
    const step = notReached({ id, place, title: id, verb: "", section: "steps" });
    steps.set(id, step);
    return step;
  }

  #note(event: RunEvent & Noted): void {
    const { notes, timeline, evidence } = this.#account;
    evidence.push(...event.evidence ?? []);
    if (event.kind === "undo-failed") this.#undoFailures.push(event.text);
    if (event.kind === "role") timeline.push({ t: event.t, kind: "role", text: event.text });
    else if (event.kind !== "evidence" || !event.evidence?.length) {
      const words = { "undo-failed": "undo failed: ", undo: "undone: " };
      notes.push(`${words[event.kind as keyof typeof words] ?? ""}${event.text}`);
    }
  }

  #outcome(ending: Ending): Pick<CaseResult, "verdict" | "reason" | "problems"> {
    const { ended, number } = this.#account;
    // A failure is a finding; it is never retried away.
    const failed = this.#earlier.find(({ verdict }) => verdict === "failed");
    if (failed) return { verdict: "failed", problems: failed.problems };
    if (!ended && number === 0 && ending.interrupted) {
      return { verdict: "skipped", reason: "the run was interrupted", problems: [] };
    }
    if (!ended) {
      const reason = number === 0 ? "the case was never begun" : ending.reason;
      const problem = { code: "NeverEnded", expected: "an end", seen: reason, notes: [] };
      return { verdict: "error", reason, problems: [problem] };
    }
    const given = {
      problems: ended.problems,
      ...(ended.reason === undefined ? {} : { reason: ended.reason }),
    };
    if (ended.verdict !== "passed" && ended.verdict !== "flaky") {
      return { verdict: ended.verdict, ...given };
    }
    const doubt = this.#doubt();
    if (doubt) return { ...given, verdict: "error", problems: [...ended.problems, doubt] };
    return { verdict: this.#earlier.length > 0 ? "flaky" : ended.verdict, ...given };
  }

  /** Why a case that is said to have passed cannot be taken for it. */
  #doubt(): Problem | undefined {
    const { steps } = this.#account;
    const all = [...steps.values()];
    const expected = "every step judged, none against the verdict";
    const bad = all.find(({ verdict }) => verdict === "failed" || verdict === "error");
    if (bad) {
      const seen = `"${bad.title}" ended as ${bad.verdict}`;
      return { code: "Contradiction", expected, seen, notes: [] };
    }
    const unjudged = all.filter((step) => !this.#judged.has(step));
    if (unjudged.length > 0 || !all.some(({ verdict }) => verdict === "passed")) {
      const seen = unjudged.length > 0
        ? `no verdict on ${unjudged.map(({ title }) => `"${title}"`).join(", ")}`
        : "no step that passed";
      return { code: "NoEvidence", expected, seen, notes: [] };
    }
    if (this.#undoFailures.length > 0) {
      const seen = this.#undoFailures.join("; ");
      return { code: "UndoFailed", expected: "everything undone", seen, notes: [] };
    }
    return undefined;
  }
}

function accountOf(head: CaseHead, number: number): Account {
  return {
    number,
    steps: new Map(head.steps.map((step) => [step.id, notReached(step)])),
    running: new Set(),
    measures: [],
    timeline: [],
    course: new Course(),
    evidence: [],
    notes: [],
    lastT: 0,
  };
}

/** What repeated steps measure under one name is one measure. */
function addMeasure(measures: CaseResult["measures"], { step, measure }: Measured): void {
  const added = step === undefined ? measure : { ...measure, step };
  for (const [index, known] of measures.entries()) {
    const both = step === undefined ? undefined : joined(known, measure);
    if (both) return void (measures[index] = { ...both, step: known.step ?? step! });
  }
  measures.push(added);
}

function notReached(head: StepHead): StepResult {
  return { ...head, verdict: "skipped", ms: 0, evidence: [] };
}

function unended(step: StepResult, lastT: number, { reason }: Ending): StepResult {
  const problem = { code: "NeverEnded", expected: step.title, seen: reason, notes: [] };
  return { ...step, verdict: "error", ms: lastT - (step.startedAt ?? lastT), problem };
}

function momentOf(event: RunEvent): Moment | undefined {
  if (event.type === "fault") {
    const { t, as, node, change, proof } = event;
    const text = `${as} ${change}: ${proof}`;
    return { t, kind: `fault-${change}`, name: as, text, ...(node === null ? {} : { node }) };
  }
  if (event.type === "load") {
    const { t, load, change } = event;
    return { t, kind: `load-${change}`, name: load, text: `${load} ${change}${countsOf(event)}` };
  }
  return undefined;
}

function countsOf({ counts }: LoadChanged): string {
  if (!counts) return "";
  const { sent, acknowledged, refused, unknown } = counts;
  return `: ${sent} sent, ${acknowledged} acknowledged, ${refused} refused, ${unknown} unknown`;
}
