/**
 * The reference page: every word of the language, from the glossary.
 *
 * @module
 */
import { type Category, type Entry, type Taken } from "./glossary.ts";
import { objectiveNames } from "../scenario/objectives.ts";
import { code, quoted, table } from "./markdown.ts";

/** A part of the page. */
interface Part {
  title: string;
  about: string;
  category: Category;
  /** `entries`: each with its own heading; `table`: one line each. */
  as: "entries" | "table";
}

const parts: readonly Part[] = [
  {
    title: "Top level",
    about: "What stands at the left margin of a file. `scenario` and `steps` must be there.",
    category: "top-level word",
    as: "entries",
  },
  {
    title: "Verbs",
    about: "A step has exactly one verb. `query` and `expect` observe and may be repeated; all " +
      "others act, once.",
    category: "verb",
    as: "entries",
  },
  {
    title: "Facts",
    about: "What `expect` judges. A fact that could not be seen is never a pass.",
    category: "fact",
    as: "entries",
  },
  {
    title: "Faults",
    about:
      "What `fault` does to nodes. Each is proven in effect before anything under its `while` " +
      "runs, and proven gone after it was healed.",
    category: "fault",
    as: "entries",
  },
  {
    title: "Operations",
    about: "What `do` performs, as an operator would.",
    category: "operation",
    as: "entries",
  },
  {
    title: "Adjectives",
    about: "Every other word of a step, and where it may stand.",
    category: "adjective",
    as: "table",
  },
  {
    title: "Roles",
    about:
      "What `node` takes beside the name of a node. A role is found by asking the servers when " +
      "the step starts. A plural means every one of them; none at all is an error.",
    category: "role",
    as: "table",
  },
  {
    title: "Smells",
    about: "What `lint` warns of. Warnings end with exit code 0; with `--strict`, 1.",
    category: "smell",
    as: "table",
  },
  { title: "Exit codes", about: "What a command ends with.", category: "exit code", as: "table" },
  {
    title: "Problem codes",
    about: "`problem.code` of a step that did not pass, in `result.json` and the reports.",
    category: "problem code",
    as: "table",
  },
  {
    title: "Mistake codes",
    about: "What can be wrong with a scenario file.",
    category: "mistake code",
    as: "table",
  },
];

const units = `## Units

A number without its unit is an error, so that nobody has to guess.

| what | units | example |
| --- | --- | --- |
| time | \`us\` \`ms\` \`s\` \`min\` \`h\` \`d\` | \`10s\` |
| size | \`B\` \`kB\` \`MB\` \`GB\` \`TB\`, in steps of 1024 as PostgreSQL counts | \`64MB\` |
| rate | \`/s\` | \`200/s\` |

## Time

| words | meaning |
| --- | --- |
| none | looked at once, now |
| \`within: 10s\` | must become true before 10 seconds have passed |
| \`for: 30s\` | must stay true for 30 seconds |
| both | must become true in time, then stay true |
| \`every: 500ms\` | how often it is looked at |

## Names

\`\${name}\` stands for a value of \`vars\`, of \`matrix\`, or of an earlier \`save\`. A whole value keeps its
type. In SQL a name is written \`:name\` and sent as a bind parameter; nothing is pasted into SQL.

What the stack promises has names, too: ${quoted(objectiveNames)}, as \`x-pgproof\`
of its compose file says under \`objectives\`. A scenario that uses one is not run, and says so, on a
stack that does not declare it.`;

/** The page, not yet formatted. */
export function referencePage(entries: readonly Entry[]): string {
  const page = [
    "# Reference",
    "Made by `deno run -A lib/docs/main.ts` from the grammar and the registries; do not edit it. " +
    "The same is told by `deno run -A main.ts explain WORD`. A word with a star must be given. " +
    "The examples are cut from scenario files that the tests run.",
    ...parts.flatMap((part) => [
      ...partText(part, entries),
      ...(part.category === "top-level word" ? [units] : []),
    ]),
  ];
  return `${page.join("\n\n")}\n`;
}

function partText({ title, about, category, as }: Part, all: readonly Entry[]): string[] {
  const entries = all.filter((entry) => entry.category === category);
  const head = [`## ${title}`, about];
  if (as === "entries") return [...head, ...entries.flatMap(entryText)];
  const isAdjective = category === "adjective";
  const rows = entries.map(({ name, summary, standsIn, notes }) =>
    isAdjective
      ? [
        `\`${name}\``,
        (notes[0] ?? "").replace(/^It takes: (.*)\.$/, "$1"),
        summary,
        standsIn ?? "",
      ]
      : [`\`${name}\``, summary]
  );
  const columns = isAdjective ? ["word", "takes", "meaning", "stands in"] : ["word", "meaning"];
  return [...head, table(columns, rows)];
}

function entryText({ name, summary, takes, notes, sample }: Entry): string[] {
  const parts = [`### ${name}`, `${upper(summary)}.`];
  if (takes.length > 0) parts.push(takesTable(takes));
  if (notes.length > 0) parts.push(notes.join(" "));
  if (sample) {
    parts.push(`From [${sample.file}](../${sample.file}):`, code("yaml", sample.text));
  }
  return parts;
}

function takesTable(takes: readonly Taken[]): string {
  return table(
    ["word", "takes", "meaning"],
    takes.map(({ word, type, isRequired, summary }) => [
      `\`${word}\`${isRequired ? " *" : ""}`,
      type,
      summary,
    ]),
  );
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, "");
}
