/**
 * What is shown while a run goes on: a line for each case that ended and, on a terminal, what runs
 * right now below it.
 *
 *     ok       scenarios/visible.yaml  198ms
 *     FAIL     scenarios/kill.yaml  10.3s
 *              scenarios/kill.yaml:6  expected replica1 to be streaming, saw ...
 *       scenarios/slow.yaml  every replica caught up  3.2s
 *     2/3  1 passed, 1 failed  12.3s
 *
 * @module
 */
import type { RunEvent, RunStarted } from "../result/event.ts";
import { formatDuration } from "../time/duration.ts";
import { reasonLine } from "./causes.ts";
import { clip, oneLine } from "./clean.ts";
import { LiveLines } from "./live.ts";
import { Tally } from "./tally.ts";
import { type Paint, painter, totalsText, verdictColumn } from "./words.ts";

/** How much is said. `quiet`: only what did not pass. `verbose`: each step as it ends, too. */
export type Level = "quiet" | "normal" | "verbose";

/** How the display knows that time passes. */
export interface Ticker {
  /** Monotonic, in milliseconds. */
  now(): number;
  /** Calls `act` every so many milliseconds; returns how to stop that. */
  every(ms: number, act: () => void): () => void;
}

/** Where and how to show. */
export interface ProgressOptions {
  write(text: string): void;
  /** Whether lines can be drawn over. */
  isTerminal: boolean;
  /** Width of the terminal now, in characters. */
  columns(): number;
  color: boolean;
  level?: Level;
  ticker?: Ticker;
}

/** Where events come from. */
export interface EventSource {
  /** Hands each event to the listener; returns how to stop that. */
  subscribe(listener: (event: RunEvent) => void): () => void;
}

/** A display that goes on. */
export interface Progress {
  /** Erases the live lines and takes no more events. */
  end(): void;
}

const machineTicker: Ticker = {
  now: () => performance.now(),
  every(ms, act) {
    const timer = setInterval(act, ms);
    return () => clearInterval(timer);
  },
};

/** Time between two drawings, in milliseconds. */
const drawEveryMs = 100;

/** So many running cases are shown, the others are counted. */
const runningMax = 8;

/** The whole of a problem stands in the summary; a line shows so many characters of it. */
const causeMax = 300;

/** Where the second column of a line begins. */
const indent = " ".repeat(9);

/** Shows the events of a source until it is told to end. */
export function startProgress(source: EventSource, options: ProgressOptions): Progress {
  const display = new Display(options);
  const unsubscribe = source.subscribe((event) => display.take(event));
  return {
    end() {
      unsubscribe();
      display.end();
    },
  };
}

class Display {
  readonly #options: ProgressOptions;
  readonly #level: Level;
  readonly #paint: Paint;
  readonly #ticker: Ticker;
  readonly #tally = new Tally();
  readonly #live: LiveLines;
  readonly #startedAt: number;
  readonly #stopTicking: () => void;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#level = options.level ?? "normal";
    this.#paint = painter(options.color);
    this.#ticker = options.ticker ?? machineTicker;
    this.#live = new LiveLines(options.write);
    this.#startedAt = this.#ticker.now();
    const isLive = options.isTerminal && this.#level !== "quiet";
    this.#stopTicking = isLive
      ? this.#ticker.every(drawEveryMs, () => this.#live.draw(this.#liveLines()))
      : () => {};
  }

  take(event: RunEvent): void {
    const lines = this.#linesOf(event);
    this.#tally.take(event, this.#ticker.now());
    if (lines.length > 0) this.#live.print(lines.map((line) => `${line}\n`).join(""));
  }

  end(): void {
    this.#stopTicking();
    this.#live.draw([]);
  }

  #linesOf(event: RunEvent): string[] {
    switch (event.type) {
      case "run-started":
        return this.#level === "quiet" ? [] : this.#headLines(event);
      case "case-started":
        return this.#level !== "quiet" && event.attempt > 1
          ? [`${this.#paint("yellow", "again")}    ${event.case}  attempt ${event.attempt}`]
          : [];
      case "step-ended":
        return this.#level === "verbose" ? [this.#stepLine(event)] : [];
      case "case-ended":
        return this.#caseLines(event);
      case "note": {
        const isWorthIt = event.kind === "undo-failed" || event.kind === "warning"
          ? this.#level !== "quiet"
          : this.#level === "verbose" && event.kind !== "evidence";
        const where = event.case === undefined ? "" : `${event.case}  `;
        const word = event.kind === "undo-failed" ? "UNDO" : event.kind;
        return isWorthIt ? [`${word.padEnd(8)} ${where}${oneLine(event.text)}`] : [];
      }
      case "fault": {
        const text = `${event.as} ${event.change}: ${event.proof}`;
        return this.#level === "verbose" ? [`fault    ${event.case}  ${oneLine(text)}`] : [];
      }
      default:
        return [];
    }
  }

  #headLines({ tool, target, cases, workers, seed }: RunStarted): string[] {
    const of = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;
    return [
      oneLine(
        `${tool.name} ${tool.version} on ${target.name}: ${target.description} (${target.why})`,
      ),
      `${of(cases.length, "case")}, ${of(workers, "worker")}, seed ${seed}`,
    ];
  }

  #stepLine(event: RunEvent & { type: "step-ended" }): string {
    const { line, title } = this.#tally.step(event.case, event.step);
    const often = event.looks === undefined ? "" : `, looked ${event.looks} times`;
    const time = this.#paint("dim", `${formatDuration(event.ms)}${often}`);
    const word = verdictColumn(event.verdict, this.#paint);
    return `  ${word}${event.case}:${line}  ${oneLine(title)}  ${time}`;
  }

  #caseLines(event: RunEvent & { type: "case-ended" }): string[] {
    const verdict = this.#tally.ended(event);
    const isBad = verdict === "failed" || verdict === "error";
    if (this.#level === "quiet" && !isBad) return [];
    const time = event.ms > 0 ? `  ${this.#paint("dim", formatDuration(event.ms))}` : "";
    const reason = event.reason === undefined ? "" : `  ${oneLine(event.reason)}`;
    const first = `${verdictColumn(verdict, this.#paint)}${event.case}${time}${reason}`;
    if (!isBad) return [first];
    const head = this.#tally.head(event.case);
    const cause = this.#tally.runningCase(event.case)?.firstProblem ??
      { problem: event.problems[0], line: head?.line ?? 1 };
    if (!cause.problem) return [first];
    const place = `${head?.file ?? event.case}:${cause.line}`;
    return [first, `${indent}${place}  ${clip(oneLine(reasonLine(cause.problem)), causeMax)}`];
  }

  #liveLines(): string[] {
    const now = this.#ticker.now();
    // The last column stays free: some terminals wrap when it is written.
    const width = this.#options.columns() - 1;
    const { running, done, planned, totals } = this.#tally;
    const lines = running.slice(0, runningMax).map(({ id, doing, since }) =>
      this.#paint("dim", clip(`  ${id}  ${oneLine(doing)}  ${formatSeconds(now - since)}`, width))
    );
    const more = running.length - runningMax;
    if (more > 0) lines.push(this.#paint("dim", clip(`  and ${more} more`, width)));
    const counts = (paint: Paint) =>
      [`${done}/${planned}`, totalsText(totals, paint), formatSeconds(now - this.#startedAt)]
        .filter((part) => part !== "").join("  ");
    const bare = counts((_style, text) => text);
    return [...lines, bare.length > width ? clip(bare, width) : counts(this.#paint)];
  }
}

/** Tenths of a second do not flicker. */
function formatSeconds(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)}s` : formatDuration(ms);
}
