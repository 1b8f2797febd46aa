/**
 * The beginning of a run, as its result carries it.
 *
 * @module
 */
import manifest from "../../deno.json" with { type: "json" };
import type { Target } from "../cluster/model.ts";
import type { RunStarted, Waiver } from "../result/event.ts";
import { ruleText } from "../compare/rules.ts";
import { masker } from "../result/mask.ts";
import type { Case } from "../scenario/model.ts";
import { sourceFiles } from "../scenario/source_files.ts";
import type { Stack } from "../stack/model.ts";
import { caseHead } from "./head.ts";

/** What a run is about. */
export interface Beginning extends Pick<RunStarted, "seed" | "workers" | "plan"> {
  stack: Stack;
  cases: readonly Case[];
  target: Target;
  /** Why that target. */
  why: string;
  argv: readonly string[];
  waivers?: readonly Waiver[];
}

/** The event that a run begins with. */
export async function runStarted(run: Beginning): Promise<RunStarted> {
  const { stack, cases, target, why, argv, seed, workers, plan, waivers = [] } = run;
  return {
    type: "run-started",
    runId: crypto.randomUUID(),
    tool: { name: "pgproof", version: manifest.version },
    runtime: {
      deno: Deno.version.deno,
      os: Deno.build.os,
      arch: Deno.build.arch,
      cores: navigator.hardwareConcurrency,
    },
    target: { name: target.name, description: target.description, why },
    postgres: target.postgres.text,
    stack: {
      file: stack.file,
      hash: stack.hash,
      objectives: { ...stack.objectives },
      settings: settingsOf(stack),
    },
    seed,
    workers,
    argv: masker(stack.secrets)([...argv]),
    cases: cases.map(caseHead),
    sources: await sourcesOf(cases),
    ...(plan === undefined ? {} : { plan }),
    ...(waivers.length === 0 ? {} : { waivers: [...waivers] }),
  };
}

/** Of each node what counts: the last of a name, and its rules in their order. */
function settingsOf({ nodes }: Stack): Record<string, Record<string, string>> {
  return Object.fromEntries(nodes.map(({ name, settings, hba }) => {
    const values = settings.map((setting) => [setting.name.toLowerCase(), setting.value]);
    return [name, { ...Object.fromEntries(values), "pg_hba.conf": hba.map(ruleText).join("\n") }];
  }));
}

/** Text of every file that the cases come from, so that reports can show it years later. */
async function sourcesOf(cases: readonly Case[]): Promise<Record<string, string>> {
  const files = new Set(cases.flatMap(({ scenario }) => sourceFiles(scenario)));
  const sources: Record<string, string> = {};
  for (const file of files) sources[file] = await Deno.readTextFile(file);
  return sources;
}
