/**
 * One scenario, step by step, with a person who decides after each.
 *
 *     prepare ─> setup ─> steps (always watched) ─> finally ─> undo
 *                  └─ next, retry, skip, inspect, psql, go, quit at each step
 *
 * The steps under a fault's `while` are offered one by one too: the fault is injected, they follow,
 * and its end is a step of its own.
 *
 * @module
 */
import type { Cluster } from "../cluster/model.ts";
import type { EventBody, Evidence, Problem } from "../result/event.ts";
import { collectEvidence } from "../run/evidence.ts";
import { watchInvariants } from "../run/invariants.ts";
import { limits } from "../run/limits.ts";
import { Player } from "../run/player.ts";
import { prepare } from "../run/prepare.ts";
import { CaseRecord } from "../run/record.ts";
import { markLogs, Stage } from "../run/stage.ts";
import type { Case, FaultStep, Scenario, Step } from "../scenario/model.ts";
import type { Stack } from "../stack/model.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import type { Ask } from "./ask.ts";
import type { Io } from "./io.ts";
import { psqlLine } from "../run/keep.ts";

/** Lines of evidence that are shown of one step. */
const evidenceMax = 12;

const help = `  n, next     perform this step (Enter, unless it has just failed)
  r, retry    perform the last step again
  s, skip     go on without performing this step
  i, inspect  what every node shows: process, role, positions, replication
  p, psql     how to connect to each node
  g, go       perform all that is left, stop where one does not pass
  q, quit     give up: perform finally, undo everything, remove the cluster
`;

/** What a stepper needs. */
export interface StepperOptions {
  stack: Stack;
  timeScale: number;
  /** Aborts on an interrupt. */
  signal: AbortSignal;
  io: Io;
  ask: Ask;
}

/** How it ended. */
export interface Stepped {
  /** Every step was performed, and passed at its last attempt. */
  isComplete: boolean;
  /** A step's last attempt did not pass, or an invariant was violated. */
  hasFailed: boolean;
  /** What could not be undone. */
  leftOver: string[];
}

/** A step in its section. */
interface Offer {
  section: "setup" | "steps";
  step: Step;
}

/** Steps through a case on a cluster that was made for it; undoes everything, leaves the cluster. */
export async function stepThrough(
  subject: Case,
  cluster: Cluster,
  options: StepperOptions,
): Promise<Stepped> {
  const { io, stack, timeScale, signal } = options;
  const emit = (event: EventBody) => io.out(eventText(event));
  await using stage = new Stage(subject, cluster, {
    stack,
    emit,
    logStart: await markLogs(cluster),
    timeScale,
    signal,
  });
  const stepper = new Stepper(subject, stage, options);
  try {
    if (await stepper.prepare()) await stepper.run();
  } finally {
    await stepper.end();
  }
  return stepper.outcome;
}

/** The dialogue. */
class Stepper {
  readonly #scenario: Scenario;
  readonly #stage: Stage;
  readonly #options: StepperOptions;
  readonly #record: CaseRecord;
  readonly #player: Player;
  readonly #offers: Offer[];
  readonly #bad = new Set<Step>();
  readonly #skipped = new Set<Step>();
  readonly #leftOver: string[] = [];
  #at = 0;
  #watch: ReturnType<typeof watchInvariants> | undefined;
  #isViolated = false;
  #isReady = false;

  constructor(subject: Case, stage: Stage, options: StepperOptions) {
    this.#scenario = subject.scenario;
    this.#stage = stage;
    this.#options = options;
    this.#record = new CaseRecord(subject.id, stage.emit);
    this.#player = new Player(subject.scenario, stage, this.#record);
    const { setup, steps } = subject.scenario;
    this.#offers = [
      ...setup.flatMap(flat).map((step) => ({ section: "setup" as const, step })),
      ...steps.flatMap(flat).map((step) => ({ section: "steps" as const, step })),
    ];
  }

  get outcome(): Stepped {
    const hasFailed = this.#bad.size > 0 || this.#isViolated || !this.#isReady;
    const isComplete = !hasFailed && this.#skipped.size === 0 && this.#at === this.#offers.length;
    return { isComplete, hasFailed, leftOver: this.#leftOver };
  }

  /** Prepares the cluster as a run does; false, and said, when the case cannot begin on it. */
  async prepare(): Promise<boolean> {
    const { io, signal } = this.#options;
    const [scenario, record] = [this.#scenario, this.#record];
    this.#isReady = await prepare(this.#stage, { scenario, record, signal });
    for (const problem of record.problems) io.out(problemText(problem));
    return this.#isReady;
  }

  /** Offers steps until the last one passed or the person gives up. */
  async run(): Promise<void> {
    const { io, ask, signal } = this.#options;
    let isFree = false;
    while (this.#at < this.#offers.length && !signal.aborted) {
      const { section, step } = this.#offers[this.#at]!;
      if (isFree) {
        isFree = await this.#perform(step);
        if (isFree) this.#at++;
        continue;
      }
      io.out(`\n${this.#at + 1}/${this.#offers.length}  ${section}, line ${step.place.line}\n`);
      io.out(`  ${step.title}\n`);
      const answer = await ask("next, retry, skip, inspect, psql, go, quit?", this.#usual(step));
      switch (answer.toLowerCase()[0]) {
        case "n":
          if (await this.#perform(step)) this.#at++;
          break;
        case "r":
          await this.#retry();
          break;
        case "s":
          this.#skipped.add(step);
          this.#bad.delete(step);
          this.#at++;
          break;
        case "i":
          io.out(evidenceText(await collectEvidence(this.#stage)));
          break;
        case "p":
          for (const node of this.#stage.cluster.nodes) {
            io.out(`  ${node.name}: ${psqlLine(node)}\n`);
          }
          break;
        case "g":
          isFree = true;
          break;
        case "q":
          return;
        default:
          io.out(help);
      }
    }
  }

  /** What Enter means: a step that did not pass is not stepped over by accident. */
  #usual(step: Step): string {
    return this.#bad.has(step) ? "retry" : "next";
  }

  /** Performs the step again that was performed last. */
  async #retry(): Promise<void> {
    const { step } = this.#offers[this.#at]!;
    if (this.#bad.has(step)) {
      if (await this.#perform(step)) this.#at++;
    } else if (this.#at > 0) await this.#perform(this.#offers[this.#at - 1]!.step);
    else this.#options.io.out("  nothing was performed yet\n");
  }

  async #perform(step: Step): Promise<boolean> {
    if (this.#offers[this.#at]!.section === "steps") this.#startWatch();
    const ms = this.#scenario.timeoutMs * this.#options.timeScale;
    using deadline = new Deadline(`scenario (${formatDuration(ms)})`, ms, this.#options.signal);
    const isGood = await this.#player.play([step], deadline);
    if (isGood) this.#bad.delete(step);
    else this.#bad.add(step);
    return isGood;
  }

  #startWatch(): void {
    const [stage, record, { signal, io }] = [this.#stage, this.#record, this.#options];
    const violated = (stop: Error) => {
      this.#isViolated = true;
      io.out(`\n  violated: ${stop.message}\n`);
    };
    this.#watch ??= watchInvariants(this.#scenario.always, { stage, record, violated, signal });
  }

  /** What happens however it went: invariants end, `finally`, undo. */
  async end(): Promise<void> {
    const { io, timeScale } = this.#options;
    const held = await this.#watch?.end();
    if (held === false && this.#at === this.#offers.length) this.#isViolated = true;
    if (this.#scenario.finally.length > 0) {
      const ms = limits.clusterMs * timeScale;
      using deadline = new Deadline(`finally (${formatDuration(ms)})`, ms);
      await this.#player.play(this.#scenario.finally, deadline);
    }
    const problems = await this.#stage.undo.unwind(
      () => AbortSignal.timeout(limits.undoMs * timeScale),
      (what) => io.out(`  undone: ${what}\n`),
    );
    for (const { what, error } of problems) this.#leftOver.push(`${what}: ${error.message}`);
  }
}

/** A fault with `while` as the steps it stands for. */
export function flat(step: Step): Step[] {
  if (step.verb !== "fault" || !step.while) return [step];
  const { while: nested, forMs, ...rest } = step;
  const { id, place, as } = step;
  const hold: Step[] = forMs === undefined ? [] : [{
    id: `${id}.for`,
    place,
    title: `hold ${as} for ${formatDuration(forMs)}`,
    verb: "sleep",
    ms: forMs,
    because: "the fault is held",
  }];
  const end = { id: `${id}.end`, place, title: `end ${as}`, verb: "end" as const, target: as };
  return [rest as FaultStep, ...nested.flatMap(flat), ...hold, { ...end, compare: {} } as Step];
}

/** An event as lines for the terminal; empty for those that nobody steps by. */
export function eventText(event: EventBody): string {
  if (event.type === "fault") {
    return `  ${event.as} on ${event.node} ${event.change}: ${event.proof}\n`;
  }
  if (event.type === "note" && event.evidence === undefined) {
    return `  ${event.kind}: ${event.text}\n`;
  }
  // One that is no step of the scenario was not offered: a precondition that does not hold.
  if (event.type === "step-started" && event.head) return `\n  ${event.head.title}\n`;
  if (event.type !== "step-ended") return "";
  const { verdict, ms, problem, evidence } = event;
  const said = problem ? problemText(problem) : "";
  return `  ${verdict}  (${formatDuration(Math.round(ms))})\n${said}${evidenceText(evidence)}`;
}

function problemText({ code, expected, seen, notes }: Problem): string {
  const lines = [`expected ${expected}`, `seen ${seen} [${code}]`, ...notes];
  return lines.map((line) => `    ${line}\n`).join("");
}

function evidenceText(evidence: readonly Evidence[]): string {
  const shown = evidence.slice(0, evidenceMax).map(({ kind, node, text }) =>
    `    ${kind}${node && !text.startsWith(node) ? ` ${node}` : ""}: ${text}\n`
  );
  const more = evidence.length - shown.length;
  return shown.join("") + (more > 0 ? `    and ${more} more\n` : "");
}
