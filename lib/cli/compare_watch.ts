/**
 * The runs of both sides as one source of events for one display: cases bear the name of their side.
 *
 * @module
 */
import type { Which } from "../compare/model.ts";
import type { EventSource } from "../report/progress.ts";
import type { CaseHead, RunEvent } from "../result/event.ts";

/** Hands on what several runs say; their beginnings as one, once all of them have begun. */
export class Gathered implements EventSource {
  readonly #listeners = new Set<(event: RunEvent) => void>();
  readonly #heads: CaseHead[] = [];
  #missing: number;

  constructor(runs: number) {
    this.#missing = runs;
  }

  subscribe(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Listens to the run of a side. */
  add(which: Which, source: EventSource): void {
    source.subscribe((event) => this.#take(which, event));
  }

  #take(which: Which, event: RunEvent): void {
    const named = (id: string) => `${which}  ${id}`;
    if (event.type === "run-started") {
      this.#heads.push(...event.cases.map((head) => ({ ...head, id: named(head.id) })));
      this.#missing--;
      if (this.#missing === 0) this.#tell({ ...event, cases: this.#heads });
    } else if ("case" in event && event.case !== undefined) {
      this.#tell({ ...event, case: named(event.case) });
    } else this.#tell(event);
  }

  #tell(event: RunEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
