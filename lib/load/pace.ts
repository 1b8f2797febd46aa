/**
 * Whether the generator itself could keep up. A load whose own process was starved sees a slow
 * database where there is none; what it measured then says nothing, and has to say so.
 *
 * Two signs, taken where the generator wakes up anyway: how late its timer fired, and how much of a
 * processor this process used. A frozen or slow server shows in neither: then the generator waits,
 * and its timer is on time.
 *
 * @module
 */
import process from "node:process";

/** Later than this is no ordinary scheduling of timers, in milliseconds. */
const lateMs = 50;

/** From this share of the time on, lateness or work accounts for what the load did not do. */
const shareMin = 0.2;
const busyShareMin = 0.95;

/** For how long samples are kept apart; older ones are only in the totals, in milliseconds. */
const keptMs = 10_000;

/** Totals as of a moment. */
interface Sample {
  at: number;
  /** Milliseconds of processor time of this process. */
  busyMs: number;
  /** Sum of what was later than {@link lateMs}. */
  lateMs: number;
}

/** Processor time of this process so far, in milliseconds. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The pace of one generator. Times are milliseconds on the clock of `performance.now()`. */
export class Pace {
  readonly #busyMs: () => number;
  readonly #first: Sample;
  readonly #samples: Sample[] = [];
  #lateMs = 0;
  #ended: Sample | undefined;

  /** `busyMs` is the processor time of this process, a parameter for tests. */
  constructor(startedAt: number, busyMs: () => number = processorMs) {
    this.#busyMs = busyMs;
    this.#first = { at: startedAt, busyMs: busyMs(), lateMs: 0 };
  }

  /** Notes that the timer that should have fired at `dueAt` fired now. */
  woke(dueAt: number, now: number): void {
    if (now - dueAt > lateMs) this.#lateMs += now - dueAt;
    const last = this.#samples.at(-1);
    if (last && now - last.at < lateMs) return;
    this.#samples.push(this.#sample(now));
    while (this.#samples[0]!.at < now - keptMs) this.#samples.shift();
  }

  #sample(now: number): Sample {
    return { at: now, busyMs: this.#busyMs(), lateMs: this.#lateMs };
  }

  /** The load has ended: what the process does from now on is not its trouble. */
  end(now: number): void {
    this.#ended ??= this.#sample(now);
  }

  /** What kept the generator itself from its schedule since a time; undefined: nothing did. */
  trouble(since: number, now: number): string | undefined {
    const from = this.#samples.findLast(({ at }) => at <= since) ?? this.#first;
    const to = this.#ended ?? this.#sample(now);
    const ms = to.at - from.at;
    if (ms <= 0) return undefined;
    const late = (to.lateMs - from.lateMs) / ms;
    const busy = (to.busyMs - from.busyMs) / ms;
    const percent = (share: number) => `${Math.min(100, Math.round(share * 100))} %`;
    if (late >= shareMin) return `the load generator was stalled ${percent(late)} of the time`;
    if (busy >= busyShareMin) return "the load generator's processor had no time left";
    return undefined;
  }
}
