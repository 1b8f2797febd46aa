/**
 * A comparison as Markdown, for the comment on a pull request.
 *
 * @module
 */
import { clip } from "../report/clean.ts";
import { code, escaped } from "../report/markdown_text.ts";
import type { Comparison } from "./model.ts";
import * as words from "./words.ts";

/** A comment on GitHub may have 65,536 characters. */
const rowsMax = 100;
const cellMax = 400;

/** The Markdown; begins with a marker by which a comment is found again. */
export function renderComparison(comparison: Comparison): string {
  const { base, head, exit, run, notes, unmeasured } = comparison;
  const on = run
    ? `On ${escaped(run.target)}, PostgreSQL ${escaped(run.postgres.head)}, seed ${run.seed}; ${
      words.turnsText(run.turns)
    }.`
    : "";
  const blocks = [
    "<!-- pgproof:compare -->",
    `## ${exit === 0 ? "✅" : "❌"} ${escaped(words.conclusion(comparison))}`,
    `${code(base.name)} → ${code(head.name)}. ${on}`.trim(),
    ...down(comparison),
    table(["Line", "Change", "Nodes"], changeRows(comparison)),
    table(["", "Case", "Line", "Base", "Head", "What", "May come from"], caseRows(comparison)),
    measures(comparison),
    ...unmeasured.map((name) => `No case measures ${code(name)}: its gate decides nothing.`),
    ...notes.map((note) => escaped(note)),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function down({ base, head }: Comparison): string[] {
  return Object.entries({ base, head }).flatMap(([which, { down }]) =>
    down === undefined ? [] : [`The ${which}'s stack does not come up: ${cell(down)}`]
  );
}

function cell(text: string): string {
  return escaped(clip(text, cellMax));
}

function changeRows(comparison: Comparison): string[][] {
  return [
    ...comparison.changes.map((change) => [
      code(words.changePlace(change)),
      cell(words.changeText(change)) + (change.isInert ? " (the servers run as before)" : ""),
      escaped(change.nodes.join(", ")),
    ]),
    ...words.unexplained(comparison).map((each) => [
      "in effect",
      cell(`${each.name} ${words.stepText(each)}`),
      escaped(each.nodes.join(", ")),
    ]),
  ];
}

function caseRows({ cases, changes }: Comparison): string[][] {
  return cases.filter(({ course }) => course !== "passes").map((subject) => {
    const { course, name, base, head, problem, suspects } = subject;
    const from = suspects.map((index) => code(words.changePlace(changes[index]!))).join(", ");
    return [
      words.courseWords[course],
      escaped(name),
      problem ? code(`${problem.file}:${problem.line}`) : "",
      words.tallyText(base),
      words.tallyText(head),
      problem ? cell([problem.step, problem.text].filter(Boolean).join(": ")) : "",
      from,
    ];
  });
}

function measures(comparison: Comparison): string {
  const rows = comparison.measures.map((measure) => [
    escaped(`${measure.node ?? ""} ${measure.name}`.trim()),
    code(measure.case),
    words.valuesText(measure.base, measure.unit),
    words.valuesText(measure.head, measure.unit),
    words.differenceText(measure),
    cell(words.ruleText(measure)),
  ]);
  const text = table(["Measure", "Case", "Base", "Head", "Difference", "Rule"], rows);
  if (text === "") return "";
  return `<details><summary>Measures</summary>\n\n${text}\n\n</details>`;
}

function table(head: readonly string[], rows: readonly string[][]): string {
  if (rows.length === 0) return "";
  const lines = [head, head.map(() => "---"), ...rows.slice(0, rowsMax)]
    .map((cells) => `| ${cells.join(" | ")} |`);
  const left = rows.length - rowsMax;
  return [...lines, ...(left > 0 ? ["", `_${left} more are in compare.json._`] : [])].join("\n");
}
