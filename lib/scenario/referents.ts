/**
 * Adjectives that speak of something declared elsewhere: nodes and roles, loads, earlier steps.
 * Which these are, their schemas say (`nodeName`, `loadName`, `stepName`).
 *
 * @module
 */
import type { z } from "zod";
import { roleSelectors } from "../cluster/roles.ts";
import type { Path } from "./document.ts";
import { didYouMean } from "./nearest.ts";
import { type Ground, isWords, type Reading } from "./reading.ts";
import { nestingWords } from "./step_grammar.ts";
import { listed } from "./vocabulary.ts";
import { type Referent, referents } from "./words.ts";

/** Checks what the words of a step refer to. */
export function checkReferents(
  reading: Reading,
  step: { words: Record<string, unknown>; schema: z.ZodObject; path: Path },
): void {
  for (const [word, value] of Object.entries(step.words)) {
    const schema = step.schema.shape[word] as z.ZodType | undefined;
    if (schema && !nestingWords.includes(word)) visit(reading, schema, value, [...step.path, word]);
  }
}

/** The parts of a schema's definition that hold other schemas. */
interface Definition {
  type: string;
  innerType?: z.ZodType;
  element?: z.ZodType;
  items?: z.ZodType[];
  options?: z.ZodType[];
  shape?: Record<string, z.ZodType>;
  valueType?: z.ZodType;
  in?: z.ZodType;
}

function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}

function visit(reading: Reading, schema: z.ZodType, data: unknown, path: Path): void {
  const referent = referents.get(schema);
  if (referent) return checkOne(reading, referent, data, path);
  const { innerType, in: input, element, items, options, shape, valueType } = definitionOf(schema);
  const inside = innerType ?? input;
  if (inside) return visit(reading, inside, data, path);
  if (options) {
    const isOther = (option: z.ZodType) =>
      !referents.get(option) && typeof data === "string" && option.safeParse(data).success;
    if (!options.some(isOther)) { for (const each of options) visit(reading, each, data, path); }
  } else if (Array.isArray(data)) {
    data.forEach((item, index) => {
      const each = items?.[index] ?? element;
      if (each) visit(reading, each, item, [...path, index]);
    });
  } else if (isWords(data)) {
    for (const [key, item] of Object.entries(data)) {
      const each = shape?.[key] ?? valueType;
      if (each) visit(reading, each, item, [...path, key]);
    }
  }
}

function checkOne(
  reading: Reading,
  { to, workloads, driver }: Referent,
  data: unknown,
  path: Path,
): void {
  if (typeof data !== "string" || data.trim() === "" || data.includes("${")) return;
  if (to === "node") checkNode(reading, data, path);
  else if (to === "step") checkStep(reading, data, path);
  else {
    reading.lifetimes.askLoad(data, reading.document.valueAt(path));
    if (driver !== "any" && reading.workloads.get(data) === "pgbench") {
      const message = `load "${data}" is driven by pgbench, which keeps no ledger of its writes`;
      const hint = "only commit_rate and measures speak of it; write the load with sql";
      reading.report.add(reading.document.valueAt(path), "bad-value", message, { hint });
    } else if (workloads) checkWorkload(reading, { name: data, workloads, path });
  }
}

/** Checks that a load records what the fact judges. */
function checkWorkload(
  { workloads: declared, report, document }: Reading,
  on: { name: string; workloads: readonly string[]; path: Path },
): void {
  const { name, workloads, path } = on;
  if (!declared.has(name)) return;
  const kind = declared.get(name);
  if (kind !== undefined && workloads.includes(kind)) return;
  const message = kind === undefined
    ? `load "${name}" records no history`
    : `a history of ${kind} cannot tell`;
  report.add(document.valueAt(path), "bad-value", message, {
    hint: `speak of a load with "workload: ${listed(workloads, "or")}"`,
  });
}

/** Checks that a text is a node of the stack or a role. */
export function checkNode(ground: Ground, name: string, path: Path): boolean {
  const known = [...ground.nodes, ...roleSelectors];
  if (known.includes(name)) return true;
  const hint = didYouMean(name, known) ??
    `nodes: ${listed(ground.nodes)}; roles: ${roleSelectors.join(", ")}`;
  ground.report.add(
    ground.document.valueAt(path),
    "unknown-node",
    `the stack has no node "${name}"`,
    {
      hint,
    },
  );
  return false;
}

function checkStep(reading: Reading, name: string, path: Path): void {
  const count = reading.stepNames.get(name) ?? 0;
  if (count === 1) return;
  const { document, report } = reading;
  if (count > 1) {
    report.add(document.valueAt(path), "unknown-name", `${count} steps are named "${name}"`, {
      hint: "give each a name of its own",
    });
    return;
  }
  const hint = didYouMean(name, reading.stepNames.keys()) ?? "only an earlier step can be named";
  report.add(document.valueAt(path), "unknown-name", `no earlier step is named "${name}"`, {
    hint,
  });
}
