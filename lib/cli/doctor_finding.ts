/**
 * What the checks of `doctor` look at and find.
 *
 * @module
 */
import type { Stack } from "../stack/model.ts";

/** What one check found. */
export interface Finding {
  /** `bad` makes the target unusable; `care` does not. */
  state: "ok" | "care" | "bad";
  what: string;
  seen: string;
  /** What to do about it; absent where nothing has to be done. */
  advice?: string;
}

/** What the checks look at. */
export interface Patient {
  stack: Stack | undefined;
  postgres: string | undefined;
  /** The image of `--postgres`; undefined: what the stack names. */
  image: string | undefined;
  signal: AbortSignal;
}

/** A check's failure as a finding. */
export function failed(what: string, error: unknown, advice?: string): Finding {
  const { message, log } = error as Error & { log?: readonly string[] };
  const wanted = advice ?? log?.at(-1);
  return {
    state: "bad",
    what,
    seen: message,
    ...(wanted === undefined ? {} : { advice: wanted }),
  };
}
