/**
 * `use`: the steps of another file, with the values it needs.
 *
 *     # wait.yaml                        - use: ../shared/wait.yaml
 *     steps:                               with: { table: orders }
 *       - query: select ...
 *     needs: [table]
 *     vars: { rows: 10 }
 *
 * A used file knows what it is given by `with` and its own `vars`, nothing else of the scenario's
 * variables; what its steps save is known to those that follow.
 *
 * @module
 */
import { posix } from "node:path";
import { z } from "zod";
import { type Path, type SourceDocument } from "./document.ts";
import { reportIssues } from "./issues.ts";
import type { Operand, Step, Value } from "./model.ts";
import { itemName, substitute } from "./names.ts";
import { didYouMean } from "./nearest.ts";
import { isWords, type Reading } from "./reading.ts";
import { type At, readSteps } from "./steps.ts";
import type { StepSource } from "./step_words.ts";
import { usedPath } from "./used_files.ts";
import { listed } from "./vocabulary.ts";
import { ownName, steps, value } from "./words.ts";

/** How many files may use each other in a row. */
const depthMax = 10;

const name = ownName.refine((each) => each !== itemName, {
  error: `"${itemName}" is taken: it is the item of a repeated step`,
});

/** The top level of a used file. */
const grammar = z.strictObject({
  steps,
  vars: z.record(name, value).default({}),
  needs: z.array(name).default([]),
});

const sections = Object.keys(grammar.shape);

/** The steps of a used file. */
export interface Used {
  file: string;
  steps: Step[];
}

/** Reads the steps of the file that a step uses; undefined when they cannot be used. */
export function readUse(reading: Reading, source: StepSource, at: At): Used | undefined {
  const path = [...source.path, "use"];
  const written = source.words.use;
  const file = typeof written === "string" && written.trim() !== "" && !written.includes("${")
    ? fileOf(reading, written, path)
    : undefined;
  const document = file && documentOf(reading, file, path);
  const found = document && topOf(reading, document);
  if (!found) return undefined;
  const values = valuesOf(reading, source, found);
  if (!values) return undefined;
  const constants = new Map(Object.entries(values.constants));
  const own = {
    ...reading,
    document,
    chain: [...reading.chain, file],
    constants,
    scope: new Map(Object.entries(values.scope)),
  };
  const { budget } = reading;
  const put = substitute(found.steps, ["steps"], { ground: own, constants, budget });
  if (budget.isSpent) {
    const message = "the scenario is too big to be read";
    reading.report.add(reading.document.valueAt(path), "too-big", message, { hint: "split it" });
    return undefined;
  }
  return { file, steps: readSteps(own, put, { path: ["steps"], id: `${at.id}.use` }) };
}

/** The path of the used file; tells it when it cannot be followed. */
function fileOf(reading: Reading, written: string, path: Path): string | undefined {
  const { chain, document, report } = reading;
  const refuse = (code: "bad-value" | "too-deep", message: string, hint: string) => {
    report.add(document.valueAt(path), code, message, { hint });
    return undefined;
  };
  if (!/\.ya?ml$/.test(written) || posix.isAbsolute(written)) {
    const hint = "write a path from here that ends in .yaml or .yml";
    return refuse("bad-value", `"use" names a file of steps, not "${written.slice(0, 60)}"`, hint);
  }
  const file = usedPath(chain.at(-1)!, written);
  if (chain.includes(file)) {
    const round = [...chain.slice(chain.indexOf(file)), file].join(" uses ");
    return refuse("bad-value", `these files use each other: ${round}`, "one of them must not");
  }
  if (chain.length > depthMax) {
    return refuse("too-deep", `more than ${depthMax} files use each other`, "use fewer levels");
  }
  return file;
}

function documentOf(reading: Reading, file: string, path: Path): SourceDocument | undefined {
  const opened = reading.files.open(file);
  if ("document" in opened) return opened.document;
  if (opened.problem !== undefined) {
    const { document, report } = reading;
    report.add(document.valueAt(path), "unreadable", `${file} cannot be used: ${opened.problem}`, {
      hint: "the path is from the folder of this file",
    });
  }
  return undefined;
}

/** The top level of a used file; tells what is wrong with it. */
function topOf(reading: Reading, document: SourceDocument) {
  const data = document.data as Record<string, unknown>;
  const ground = { ...reading, document };
  const [first] = Object.keys(data);
  if (first !== "steps" && "steps" in data) {
    const message = `"steps" must be the first word of a file to be used`;
    ground.report.add(document.keyAt(["steps"]), "misplaced-word", message, {
      hint: `move it above "${first!.slice(0, 40)}"`,
    });
    return undefined;
  }
  const parsed = grammar.safeParse(data);
  if (parsed.success) return { ...parsed.data, document };
  reportIssues(parsed.error.issues, {
    ground,
    data,
    path: [],
    knownAt: (inner) => inner.length === 0 ? sections : [],
  });
  return undefined;
}

/** What the used file knows: its variables, and over them what it is given. */
function valuesOf(
  reading: Reading,
  source: StepSource,
  found: { vars: Record<string, Value>; needs: string[]; document: SourceDocument },
): { constants: Record<string, Value>; scope: Record<string, Operand> } | undefined {
  const { document, report } = reading;
  const given = isWords(source.words.with) ? source.words.with : {};
  const known = [...found.needs, ...Object.keys(found.vars)];
  let isFit = true;
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const hint = didYouMean(name, known) ??
      (known.length > 0
        ? `it takes ${listed(known)}`
        : "it takes nothing: it has no needs and no vars");
    const at = document.keyAt([...source.path, "with", name]);
    report.add(at, "unknown-name", `the used file knows no "${name}"`, { hint });
    isFit = false;
  }
  const missing = found.needs.filter((name) => !Object.hasOwn(given, name));
  if (missing.length > 0) {
    const message = `the used file needs ${listed(missing.map((name) => `"${name}"`))}`;
    const hint = `write with: { ${missing[0]}: ... }`;
    report.add(document.keyAt([...source.path, "use"]), "missing-word", message, { hint });
    isFit = false;
  }
  if (!isFit) return undefined;
  // A name that a step saves stays `${name}`: what is known while parsing is put in its place.
  const constants = { ...found.vars, ...given as Record<string, Value> };
  return { constants, scope: Object.fromEntries(Object.entries(constants).map(inScope)) };
}

function inScope([name, each]: [string, Value]): [string, Operand] {
  const saved = typeof each === "string" ? /^\$\{([A-Za-z_]\w*)\}$/.exec(each)?.[1] : undefined;
  return [name, saved === undefined ? each : { ref: saved }];
}
