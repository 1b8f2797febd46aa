/**
 * Where a run stands, kept from its events: for the display while it runs.
 *
 * @module
 */
import type { CaseHead, Problem, RunEvent, Verdict, Waiver } from "../result/event.ts";
import { totalsOf } from "../result/fold.ts";
import type { Totals } from "../result/model.ts";
import { liveWaivers, waiversOf } from "../result/waive.ts";

/** A case that runs now. */
export interface Running {
  id: string;
  /** What it does now. */
  doing: string;
  /** Since when, on the display's clock, in milliseconds. */
  since: number;
  /** The first thing that went wrong in it. */
  firstProblem?: { problem: Problem; line: number };
}

/** The state of a run so far. */
export class Tally {
  readonly #heads = new Map<string, CaseHead>();
  readonly #running = new Map<string, Running>();
  readonly #verdicts = new Map<string, Verdict>();

  /** How many cases there are. */
  get planned(): number {
    return this.#heads.size;
  }

  /** How many have ended. A case that is tried again has not. */
  get done(): number {
    return this.#verdicts.size;
  }

  /** How they ended. */
  get totals(): Totals {
    return totalsOf([...this.#verdicts.values()].map((verdict) => ({ verdict })));
  }

  /** The cases that run now, the longest running first. */
  get running(): Running[] {
    return [...this.#running.values()];
  }

  /** What is known of a case from the plan. */
  head(id: string): CaseHead | undefined {
    return this.#heads.get(id);
  }

  /** A step's place and title as the plan has them. */
  step(id: string, step: string): { line: number; title: string } {
    const head = this.#heads.get(id);
    const found = head?.steps.find((each) => each.id === step);
    return { line: found?.place.line ?? head?.line ?? 1, title: found?.title ?? step };
  }

  /** The running case of that id. */
  runningCase(id: string): Running | undefined {
    return this.#running.get(id);
  }

  /** How a case ended that has just ended: a pass on a further attempt is flaky. */
  ended({ case: id, verdict }: RunEvent & { type: "case-ended" }): Verdict {
    if (verdict === "passed" && this.#retried.has(id)) return "flaky";
    const head = this.#heads.get(id);
    const isAccepted = verdict === "failed" && head && waiversOf(head, this.#waivers).length > 0;
    return isAccepted ? "waived" : verdict;
  }

  readonly #retried = new Set<string>();
  #waivers: Waiver[] = [];

  /** Takes an event that arrived at `now`. */
  take(event: RunEvent, now: number): void {
    switch (event.type) {
      case "run-started":
        for (const head of event.cases) this.#heads.set(head.id, head);
        this.#waivers = liveWaivers(event.waivers ?? [], { startedAt: event.at });
        return;
      case "case-started":
        if (event.attempt > 1) this.#retried.add(event.case);
        this.#verdicts.delete(event.case);
        this.#running.set(event.case, {
          id: event.case,
          doing: "creating its cluster",
          since: now,
        });
        return;
      case "step-started":
        return this.#now(event.case, this.step(event.case, event.step).title, now);
      case "step-ended":
        return this.#stepEnded(event);
      case "case-ended":
        this.#running.delete(event.case);
        this.#verdicts.set(event.case, this.ended(event));
    }
  }

  #now(id: string, doing: string, since: number): void {
    const running = this.#running.get(id);
    if (running) Object.assign(running, { doing, since });
  }

  #stepEnded(event: RunEvent & { type: "step-ended" }): void {
    const running = this.#running.get(event.case);
    const { problem, verdict } = event;
    if (!running || !problem || (verdict !== "failed" && verdict !== "error")) return;
    running.firstProblem ??= { problem, line: this.step(event.case, event.step).line };
  }
}
