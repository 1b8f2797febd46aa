/**
 * The few words and colours that every line for people is made of.
 *
 * @module
 */
import { styleText } from "node:util";
import type { Verdict } from "../result/event.ts";
import { exitCodes } from "../result/exit.ts";
import type { Totals } from "../result/model.ts";

/** A colour or a weight of text. */
export type Style = "red" | "green" | "yellow" | "magenta" | "cyan" | "dim" | "bold";

/** Gives a text its style, or leaves it. */
export type Paint = (style: Style, text: string) => string;

/** Whether there is colour is the caller's decision; the environment is not asked again. */
export function painter(color: boolean): Paint {
  if (!color) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/** How a verdict is shown; all words are at most seven wide. */
export const verdictWords: Readonly<Record<Verdict, { word: string; style: Style }>> = {
  passed: { word: "ok", style: "green" },
  failed: { word: "FAIL", style: "red" },
  error: { word: "ERROR", style: "magenta" },
  flaky: { word: "flaky", style: "yellow" },
  skipped: { word: "skip", style: "dim" },
  "not-run": { word: "not run", style: "dim" },
  waived: { word: "waived", style: "yellow" },
};

/** The word of a verdict as the first column of a line. */
export function verdictColumn(verdict: Verdict, paint: Paint): string {
  const { word, style } = verdictWords[verdict];
  return paint(style, word) + " ".repeat(9 - word.length);
}

/** `3 passed, 1 failed`: what there is, worst last; empty when nothing has ended. */
export function totalsText(totals: Omit<Totals, "cases">, paint: Paint): string {
  const order = ["passed", "flaky", "waived", "skipped", "not-run", "error", "failed"] as const;
  return order.filter((verdict) => totals[verdict] > 0).map((verdict) => {
    const text = `${totals[verdict]} ${verdict === "not-run" ? "not run" : verdict}`;
    return paint(verdictWords[verdict].style, text);
  }).join(", ");
}

/** What a run came to, in a word, by its exit code. */
export const endings: Readonly<Record<number, string>> = {
  [exitCodes.passed]: "PASSED",
  [exitCodes.failed]: "FAILED",
  [exitCodes.error]: "ERROR",
  [exitCodes.nothingSelected]: "NOTHING SELECTED",
  [exitCodes.nothingRun]: "NOTHING RAN",
  [exitCodes.interrupted]: "INTERRUPTED",
};
