/**
 * Which loads, faults and background lanes are in effect at each step, followed through the scenario
 * as it will run.
 *
 *     load ────────────── end        fault + while [──────] healed
 *     fault ───────────── end        fault + for   [──────] healed
 *     background ──────── end
 *
 * @module
 */
import type { Place } from "./model.ts";
import { didYouMean } from "./nearest.ts";
import type { Report } from "./report.ts";
import { listed } from "./vocabulary.ts";

/** Follows what steps of one scenario start. */
export class Lifetimes {
  readonly #declared: readonly string[];
  readonly #running = new Set<string>();
  readonly #started = new Set<string>();
  readonly #active = new Map<string, "enclosing" | "open">();
  readonly #injected = new Set<string>();
  readonly #lanes = new Map<string, "enclosing" | "open" | "ended">();
  readonly #report: Report;
  /** After a step that cannot be read nobody knows what is in effect. */
  #isBlurred = false;

  constructor(declared: readonly string[], report: Report) {
    this.#declared = declared;
    this.#report = report;
  }

  /** Call it for a step that cannot be read: what follows may rest on it. */
  blur(): void {
    this.#isBlurred = true;
  }

  /** A step starts a load. */
  startLoad(name: string, at: Place): void {
    if (!this.isDeclared(name, at)) return;
    if (this.#running.has(name) && !this.#isBlurred) {
      this.#complain(at, `load "${name}" runs already`, `end it first: "end: ${name}"`);
    }
    this.#running.add(name);
    this.#started.add(name);
  }

  /** A fault begins; `enclosing` faults end with their own step. */
  inject(name: string, how: "enclosing" | "open", at: Place): void {
    if (this.#active.has(name) && !this.#isBlurred) {
      const hint = "give this one a name of its own with as";
      this.#complain(at, `a fault "${name}" is active already`, hint);
    } else if (this.#declared.includes(name)) {
      this.#complain(at, `"${name}" is the name of a load`, "call the fault something else");
    }
    this.#active.set(name, how);
    this.#injected.add(name);
  }

  /** A fault ended with its own step. */
  heal(name: string): void {
    this.#active.delete(name);
  }

  /** A lane begins in the background; call what it returns when its own steps were read. */
  beginLane(name: string, at: Place): () => void {
    const known = this.#lanes.get(name);
    if (known !== undefined && known !== "ended" && !this.#isBlurred) {
      this.#complain(at, `a lane "${name}" runs already`, `end it first: "end: ${name}"`);
    } else if (this.#declared.includes(name) || this.#active.has(name)) {
      const noun = this.#declared.includes(name) ? "load" : "fault";
      this.#complain(at, `"${name}" is the name of a ${noun}`, "call the lane something else");
    }
    this.#lanes.set(name, "enclosing");
    return () => this.#lanes.set(name, "open");
  }

  /** Whether something that `end` could mean has this name. */
  isTaken(name: string): boolean {
    return this.#declared.includes(name) || this.#active.has(name) || this.#lanes.has(name);
  }

  /** A step ends a load or a fault, or waits for a lane. */
  end(name: string, at: Place): void {
    const lane = this.#lanes.get(name);
    if (lane === "enclosing") {
      const hint = "it ends when its steps are over; remove this step";
      return this.#complain(at, `lane "${name}" cannot wait for itself`, hint);
    }
    if (lane === "open") return void this.#lanes.set(name, "ended");
    const how = this.#active.get(name);
    if (how === "enclosing") {
      const hint = "it ends with its while; remove this step";
      this.#complain(at, `fault "${name}" cannot be ended inside its own while`, hint);
    } else if (how === undefined && !this.#running.has(name) && !this.#isBlurred) {
      this.#complainOfEnd(name, at);
    }
    this.#active.delete(name);
    this.#running.delete(name);
  }

  #complainOfEnd(name: string, at: Place): void {
    const isKnown = this.#started.has(name) || this.#injected.has(name) || this.#lanes.has(name);
    const open = [...this.#lanes].filter(([, state]) => state === "open").map(([lane]) => lane);
    const live = [...this.#running, ...this.#active.keys(), ...open];
    if (isKnown) return this.#complain(at, `"${name}" has ended already`, "remove this step");
    if (this.#declared.includes(name)) {
      return this.#complain(at, `load "${name}" was never started`, `start it: "load: ${name}"`);
    }
    const known = live.length > 0 ? `in effect here: ${listed(live)}` : "nothing is in effect here";
    const hint = didYouMean(name, live) ?? known;
    this.#unknown(at, `no load, fault or lane "${name}" was started`, hint);
  }

  /** A step asks about a load, which must have been started by then. */
  askLoad(name: string, at: Place): void {
    if (!this.isDeclared(name, at) || this.#started.has(name) || this.#isBlurred) return;
    const hint = `start it first: "load: ${name}"`;
    this.#complain(at, `load "${name}" has not been started`, hint);
  }

  /** An invariant speaks of a fault that some step must inject. */
  askFault(name: string, at: Place): void {
    if (this.#injected.has(name) || this.#isBlurred) return;
    const known = [...this.#injected];
    const hint = didYouMean(name, known) ??
      (known.length > 0
        ? `faults of this scenario: ${listed(known)}`
        : "this scenario injects no fault");
    this.#unknown(at, `no fault is called "${name}"`, hint);
  }

  /** Whether a load is declared; tells it when it is not. */
  isDeclared(name: string, at: Place): boolean {
    if (this.#declared.includes(name)) return true;
    const hint = didYouMean(name, this.#declared) ??
      (this.#declared.length > 0
        ? `declared: ${listed(this.#declared)}`
        : `declare it at the top, under "load:"`);
    this.#unknown(at, `no load is called "${name}"`, hint);
    return false;
  }

  #complain(at: Place, message: string, hint: string): void {
    this.#report.add(at, "misplaced-word", message, { hint });
  }

  #unknown(at: Place, message: string, hint: string): void {
    this.#report.add(at, "unknown-name", message, { hint });
  }
}
