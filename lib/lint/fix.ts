/**
 * Mends what can be mended without changing what the scenario means. Each edit is proven: the new
 * text is parsed, and but for places and the removed variable it must be the same scenario.
 *
 * @module
 */
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";
import type { ParseOptions } from "../scenario/parse.ts";
import { subjectOf } from "./inspect.ts";
import type { Subject } from "./kind.ts";
import { schemaLine } from "./missing.ts";
import { unusedVars } from "./unused.ts";

/** A mended text. */
export interface Fixed {
  text: string;
  /** What was done, in words; empty: nothing. */
  done: string[];
}

/** Mends a file; `schema` is the path of the schema as the file must name it. */
export function fix(subject: Subject, options: ParseOptions & { schema: string }): Fixed {
  let current = subject;
  const done: string[] = [];
  const attempt = (text: string | undefined, what: string, without?: string) => {
    const next = text === undefined ? undefined : proven(current, { text, without }, options);
    if (!next) return;
    current = next;
    done.push(what);
  };
  for (const name of unusedVars(subject)) {
    attempt(withoutVar(current.text, name), `removed the unused variable "${name}"`, name);
  }
  if (!schemaLine.test(current.text)) {
    const line = `# yaml-language-server: $schema=${options.schema}\n`;
    attempt(line + current.text, "added the line that names the schema");
  }
  return { text: current.text, done };
}

/** The edited file when it says the same; undefined when it does not. */
function proven(
  before: Subject,
  edit: { text: string; without: string | undefined },
  options: ParseOptions,
): Subject | undefined {
  try {
    const after = subjectOf(before.file, edit.text, options);
    const [old, now] = [before, after].map(({ variants }) => meaning(variants, edit.without));
    return old === now ? after : undefined;
  } catch {
    return undefined;
  }
}

/** Everything but places; one variable may be left out. */
function meaning(variants: Subject["variants"], without: string | undefined): string {
  return JSON.stringify(variants, (key, value) => {
    if (key === "place" || key === "endLine") return undefined;
    if (key === "vars" && without !== undefined) {
      const { [without]: _, ...others } = value as Record<string, unknown>;
      return others;
    }
    return value;
  });
}

/** The text without the lines of one variable; undefined where it does not have its lines alone. */
function withoutVar(text: string, name: string): string | undefined {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) return undefined;
  const vars = pairOf(contents, "vars");
  if (!isMap(vars?.value) || vars.value.flow) return undefined;
  const pair = pairOf(vars.value, name);
  const doomed = vars.value.items.length === 1 ? vars : pair;
  if (!doomed) return undefined;
  const start = (doomed.key as { range: [number, number, number] }).range[0];
  const value = doomed.value as { range?: [number, number, number] } | null;
  const end = value?.range?.[1] ?? start;
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", Math.max(end - 1, start));
  const to = newline < 0 ? text.length : newline + 1;
  return text.slice(from, start).trim() === "" ? text.slice(0, from) + text.slice(to) : undefined;
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name);
}
