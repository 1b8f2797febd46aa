/**
 * A comparison for people at a terminal: what changed, what came of it, and the conclusion last.
 *
 * @module
 */
import { cleanText, clip, oneLine } from "../report/clean.ts";
import { type Paint, painter } from "../report/words.ts";
import type { CaseChange, Comparison, MeasureChange } from "./model.ts";
import * as words from "./words.ts";

/** A line has at most so many characters of what a server said. */
const lineMax = 400;

/** The text, with a line break at its end. */
export function formatComparison(
  comparison: Comparison,
  { color = false }: { color?: boolean } = {},
): string {
  const paint = painter(color);
  const { base, head, notes, exit } = comparison;
  const style = exit === 0 ? "green" : exit === 1 ? "red" : "yellow";
  const lines = [
    "",
    `${nameOf(base)} -> ${nameOf(head)}`,
    ...changeLines(comparison, paint),
    ...downLines(comparison, paint),
    ...comparison.cases.filter(({ course }) => course !== "passes")
      .toSorted((a, b) => words.courses.indexOf(b.course) - words.courses.indexOf(a.course))
      .flatMap((subject) => caseLines(subject, comparison, paint)),
    ...measureLines(comparison.measures),
    ...comparison.unmeasured.map((name) => `no case measures ${name}: its gate decides nothing`),
    ...notes.map((note) => `note: ${note}`),
    "",
    paint(style, words.conclusion(comparison)),
  ];
  return `${lines.map((line) => clip(cleanText(line), lineMax)).join("\n")}\n`;
}

function nameOf({ name, commit }: Comparison["base"]): string {
  return commit === undefined ? name : `${name} (${commit.slice(0, 7)})`;
}

function changeLines(comparison: Comparison, paint: Paint): string[] {
  const { changes, reworded, run } = comparison;
  const lines: string[] = [];
  if (changes.length > 0) lines.push("", paint("bold", "changed"));
  for (const change of changes) {
    const about = [words.changePlace(change), words.nodesText(change)].filter(Boolean).join(" ");
    lines.push(`  ${about}`, `    ${oneLine(words.changeText(change))}`);
    if (change.isInert) lines.push("    the servers run with the same value as before");
  }
  if (reworded.length > 0 && (changes.length > 0 || run)) {
    lines.push(`  only comments or layout: ${reworded.join(", ")}`);
  }
  const more = words.unexplained(comparison);
  if (more.length > 0) lines.push("", paint("bold", "in effect on the servers besides"));
  for (const each of more) {
    const about = [words.changePlace(each), words.nodesText(each)].filter(Boolean).join(" ");
    lines.push(`  ${each.name} ${words.stepText(each)} ${about}`);
  }
  return lines;
}

function downLines({ base, head }: Comparison, paint: Paint): string[] {
  return Object.entries({ base, head }).flatMap(([which, { down }]) =>
    down === undefined
      ? []
      : ["", `${paint("red", "DOWN")} the ${which}'s stack does not come up`, `  ${oneLine(down)}`]
  );
}

function caseLines(subject: CaseChange, comparison: Comparison, paint: Paint): string[] {
  const { course, id, name, base, head, problem, suspects } = subject;
  const word = words.courseWords[course];
  const isBad = course === "broke" || course === "fails";
  const style = isBad ? "red" : course === "undecided" ? "magenta" : "dim";
  const lines = [
    "",
    `${paint(style, word)} ${id}  ${name}`,
    `  base: ${words.tallyText(base)}; head: ${words.tallyText(head)}`,
  ];
  if (problem) {
    const where = `${problem.file}:${problem.line}`;
    const step = problem.step === "" ? "" : `  ${problem.step}`;
    lines.push(`  ${where}${step} (on the ${problem.side})`, `    ${oneLine(problem.text)}`);
  }
  for (const index of suspects) {
    const change = comparison.changes[index]!;
    lines.push(
      `  may come from ${words.changePlace(change)}  ${oneLine(words.changeText(change))}`,
    );
  }
  return lines;
}

function measureLines(measures: readonly MeasureChange[]): string[] {
  if (measures.length === 0) return [];
  const lines = measures.flatMap((measure) => {
    const { name, node, unit, base, head } = measure;
    return [
      `  ${node === undefined ? "" : `${node} `}${name}  (${measure.case})`,
      `    ${words.valuesText(base, unit)} -> ${words.valuesText(head, unit)}`,
      `    ${words.differenceText(measure)}; ${words.ruleText(measure)}`,
    ];
  });
  return ["", "measures: median of the turns (lowest to highest)", ...lines];
}
