/**
 * `explain`: what a word means, what it takes, where it may stand, and an example.
 *
 * @module
 */
import { categories, type Entry, readGlossary } from "../docs/glossary.ts";
import { readSamples } from "../docs/sample.ts";
import { didYouMean } from "../scenario/nearest.ts";
import { exitCodes } from "../result/exit.ts";
import { UsageError } from "./usage.ts";
import type { Io } from "./io.ts";

/** Lines of an example that are shown. */
const exampleLinesMax = 16;

/**
 * Explains a word, which may be several (`old primary`); without one, lists all words.
 * @throws {UsageError} for a word that does not exist.
 */
export async function explain(
  words: readonly string[],
  options: { json?: boolean | undefined },
  io: Io,
): Promise<number> {
  const entries = readGlossary(await readSamples());
  const word = words.join(" ");
  const found = word === "" ? entries : find(entries, word);
  if (options.json) io.out(`${JSON.stringify(found, null, 2)}\n`);
  else if (word === "") io.out(listAll(entries));
  else io.out(`${found.map(explanation).join("\n\n")}\n`);
  return exitCodes.passed;
}

function find(entries: readonly Entry[], word: string): Entry[] {
  const isSame = (name: string) => name.toLowerCase() === word.toLowerCase();
  const found = entries.filter(({ name }) => isSame(name));
  if (found.length > 0) return found;
  const hint = didYouMean(word, entries.map(({ name }) => name)) ??
    "explain without a word lists all of them";
  throw new UsageError(`nothing is called "${word}": ${hint}`);
}

function listAll(entries: readonly Entry[]): string {
  return categories.map((category) => {
    const names = entries.filter((entry) => entry.category === category).map(({ name }) => name);
    return `${category}s\n${wrap(names, "  ")}`;
  }).join("\n");
}

function wrap(names: readonly string[], indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const name of names) {
    if (line.length + name.length > 96) {
      lines.push(line);
      line = "";
    }
    line += (line === "" ? indent : ", ") + name;
  }
  return [...lines, line, ""].join("\n");
}

/** One entry as text. */
export function explanation(entry: Entry): string {
  const { name, category, summary, takes, notes, standsIn, sample } = entry;
  const lines = [`${name}  (${category})`, `  ${summary}`];
  if (standsIn) lines.push("", `  stands in: ${standsIn.replaceAll("`", "")}`);
  if (takes.length > 0) lines.push("", ...table(takes));
  if (notes.length > 0) lines.push("", ...notes.map((note) => `  ${note.replaceAll("`", "")}`));
  if (sample) {
    const text = sample.text.split("\n");
    const shown = text.slice(0, exampleLinesMax).map((line) => `    ${line}`.trimEnd());
    lines.push("", `  example, ${sample.file}:${sample.line}`, ...shown);
    if (text.length > shown.length) lines.push("    ...");
  }
  return lines.join("\n");
}

function table(takes: Entry["takes"]): string[] {
  const words = Math.max(...takes.map(({ word }) => word.length));
  const types = Math.min(32, Math.max(...takes.map(({ type }) => type.length)));
  return takes.map(({ word, type, isRequired, summary }) => {
    const must = isRequired ? "*" : " ";
    return `  ${must} ${word.padEnd(words)}  ${type.padEnd(types)}  ${summary}`.trimEnd();
  });
}
