/**
 * `lint`: reads scenarios, says what is wrong with them and what smells; runs nothing.
 *
 * @module
 */
import { findScenarios, readScenarios } from "../scenario/files.ts";
import type { ParseOptions } from "../scenario/parse.ts";
import { readStack } from "../stack/read.ts";
import { fix } from "../lint/fix.ts";
import type { Subject } from "../lint/kind.ts";
import { formatSmell, inspect, subjectOf } from "../lint/inspect.ts";
import { exitCodes } from "../result/exit.ts";
import type { Io } from "./io.ts";
import { schemaPathFor } from "./schema_path.ts";

/** The options of `lint`. */
export interface LintOptions {
  stack: string;
  /** Compose files laid over it, in order. */
  overlay?: string[] | undefined;
  /** A smell ends with exit code 1. */
  strict?: boolean | undefined;
  /** Mend what can be mended without changing what a scenario means. */
  fix?: boolean | undefined;
}

/**
 * Checks files. Smells are warnings: the exit code stays 0 unless `strict`.
 * @throws {StackError | ScenarioError} when the stack or a file is not well-formed.
 */
export async function lint(
  paths: readonly string[],
  options: LintOptions,
  io: Io,
): Promise<number> {
  const stack = await readStack(options.stack, { overlays: options.overlay });
  const files = await findScenarios([...paths]);
  const parsing = { nodes: stack.nodes.map((node) => node.name) };
  // Mistakes of all files are told before any smell.
  const others = await readScenarios(files, parsing);
  let count = 0;
  for (const { path } of files) count += await inspectFile(path, { parsing, others, options, io });
  const scenarios = files.length === 1 ? "1 scenario is" : `${files.length} scenarios are`;
  const found = count === 0 ? "" : count === 1 ? ", 1 smell" : `, ${count} smells`;
  io.out(`${scenarios} well-formed${found}\n`);
  return options.strict && count > 0 ? exitCodes.failed : exitCodes.passed;
}

async function inspectFile(
  path: string,
  on: {
    parsing: ParseOptions;
    others: NonNullable<Subject["others"]>;
    options: LintOptions;
    io: Io;
  },
): Promise<number> {
  const { parsing, options, io } = on;
  let subject = subjectOf(path, await Deno.readTextFile(path), parsing);
  if (options.fix) {
    const { text, done } = fix(subject, { ...parsing, schema: schemaPathFor(path) });
    if (done.length > 0) {
      await Deno.writeTextFile(path, text);
      for (const what of done) io.out(`fixed ${path}: ${what}\n`);
      subject = subjectOf(path, text, parsing);
    }
  }
  const found = inspect({ ...subject, others: on.others });
  for (const smelt of found) io.out(`${formatSmell(smelt, subject.text)}\n\n`);
  return found.length;
}
