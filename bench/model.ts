/**
 * What a benchmark is. One file per benchmark, one line in `main.ts`.
 *
 * @module
 */

/** What a benchmark is given. */
export interface Limits {
  /** `14` to `18`, or a bin directory. */
  postgres: string;
  /** When it should have ended, about; on the clock of `performance.now()`, in milliseconds. */
  endsAt: number;
  /** Ends it. */
  signal: AbortSignal;
}

/** Samples of one thing. */
export interface Series {
  /** What was done, in a few words. */
  what: string;
  samples: readonly number[];
}

/** One thing measured, where possible beside its floor. */
export interface Measurement {
  name: string;
  unit: "ms" | "per_second" | "share";
  better: "lower" | "higher";
  subject: Series;
  /** Measured in the same rounds: sample i of both belong together. */
  floor?: Series;
  /** The ratio, subject by floor, that the project wants. */
  reach?: number;
}

/** What a benchmark found. */
export interface Findings {
  measurements: Measurement[];
  /** What a reader has to know of this run, in sentences. */
  notes: string[];
}

/** A benchmark. */
export interface Benchmark {
  name: string;
  /** One sentence for people. */
  summary: string;
  /** Its part of the time of all. */
  weight: number;
  /** @throws when it cannot measure; then nothing is said of it. */
  run(limits: Limits): Promise<Findings>;
}
