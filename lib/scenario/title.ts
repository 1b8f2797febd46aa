/**
 * What a step is called when it has no name: its own words, in a fixed order, so that the same step
 * has the same title in every run.
 *
 * @module
 */
import { isWords } from "./reading.ts";

/** Letters of a statement that a title shows. */
const sqlMax = 60;
/** Letters of a whole title. */
const titleMax = 120;

/** Words that say how a step is kept or named, not what it does. */
const silent =
  ("name node within for every save measure session while when repeat with parallel background")
    .split(" ");

/** `expect replayed on replicas within 2s`; the step's own name wins. */
export function titleOf(verb: string, words: Record<string, unknown>): string {
  if (typeof words.name === "string" && words.name.trim() !== "") return oneLine(words.name);
  const value = words[verb];
  const isLanes = (verb === "parallel" || verb === "background") && isWords(value);
  const parts = [verb, isLanes ? Object.keys(value).join(", ") : shown(value)];
  if (words.node !== undefined) parts.push("on", shown(words.node));
  for (const [word, value] of Object.entries(words)) {
    if (word !== verb && !silent.includes(word)) parts.push(word, shown(value));
  }
  for (const word of ["within", "for", "every"]) {
    if (words[word] !== undefined) parts.push(word, shown(words[word]));
  }
  return cut(parts.join(" "), titleMax);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  if (isWords(value)) {
    return Object.entries(value).map(([name, each]) => `${name} = ${shown(each)}`).join(", ");
  }
  return cut(oneLine(String(value)), sqlMax);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function cut(text: string, lettersMax: number): string {
  const letters = [...text];
  return letters.length > lettersMax ? `${letters.slice(0, lettersMax - 1).join("")}…` : text;
}
