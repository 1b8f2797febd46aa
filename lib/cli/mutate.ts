/**
 * `mutate`: changes the stack in ways that must be seen, and in ways that must not, and says whether
 * they were.
 *
 *     read mutants ─> baseline: what they name, on the stack as it is ─> each mutant ─> score
 *
 * @module
 */
import { basename, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import manifest from "../../deno.json" with { type: "json" };
import { checkMutant, plainCasesOf, planOn, shippedCases } from "../mutant/cases.ts";
import { findingOf } from "../mutant/judge.ts";
import type { Mutant, MutantResult, MutationReport } from "../mutant/model.ts";
import { readMutants } from "../mutant/read.ts";
import { perform, runMutant, type Workshop } from "../mutant/run.ts";
import { countOutcomes, exitOfMutation, mutantLines, scoreLine } from "../mutant/score.ts";
import { exitCodes } from "../result/exit.ts";
import { masker } from "../result/mask.ts";
import type { Case } from "../scenario/model.ts";
import type { Stack } from "../stack/model.ts";
import { readStack } from "../stack/read.ts";
import { Interrupt } from "./interrupt.ts";
import type { Io } from "./io.ts";
import { writeWhole } from "./reports.ts";
import { type Chosen, openTarget, type TargetName } from "./target.ts";
import { UsageError } from "./usage.ts";

/** The options of `mutate`. */
export interface MutateOptions {
  /** The command line, for the results. */
  argv: readonly string[];
  stack: string;
  overlay?: string[] | undefined;
  target: TargetName;
  postgres?: string | undefined;
  workers?: number | undefined;
  seed?: number | undefined;
  timeScale: number;
  full: boolean;
  out: string;
  report?: string[] | undefined;
  json: boolean;
}

/** Runs mutants; returns the exit code. */
export async function mutate(
  paths: readonly string[],
  options: MutateOptions,
  io: Io,
): Promise<number> {
  const written = reportPaths(options);
  const stack = await readStack(options.stack, { overlays: options.overlay });
  io.hide(stack.secrets);
  const seed = options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0]!;
  const mutants = await readMutants(paths);
  const plan = planOn(stack, seed);
  for (const mutant of mutants) checkMutant(mutant, plan);
  using interrupt = new Interrupt((text) => io.err(text));
  const { signal } = interrupt;
  const open = (each: Stack, name: TargetName) =>
    openTarget(each, { name, postgres: options.postgres, ahead: 0, signal });
  const chosen = await open(stack, options.target).catch((error) => {
    if (signal.aborted) return undefined;
    throw error;
  });
  if (!chosen) return exitCodes.interrupted;
  const { name } = chosen.target;
  const shop = {
    ...{ stack, seed, signal, argv: options.argv, full: options.full },
    timeScale: options.timeScale,
    open: async (each: Stack) => (await open(each, name)).target,
    eventsPath: (mutant: Mutant) => eventsPath(options.out, mutant.file),
  };
  // What could not be started may name a password.
  const report = masker(stack.secrets)(await runAll(mutants, { chosen, shop, options, io }));
  for (const path of written) await writeWhole(path, `${JSON.stringify(report, null, 2)}\n`);
  if (options.json) io.out(`${JSON.stringify(report, null, 2)}\n`);
  else io.out(scoreLine(report, io.color));
  return exitOfMutation(report);
}

function eventsPath(out: string, file: string): string {
  return join(out, "mutants", `${basename(file).replace(/\.ya?ml$/, "")}.ndjson`);
}

/** Where the JSON goes: `--report json[=PATH]`, else a file in the folder of results. */
function reportPaths({ report = [], out }: MutateOptions): string[] {
  const fallback = join(out, "mutation.json");
  if (report.length === 0) return [fallback];
  return report.map((word) => {
    const [format, ...path] = word.split("=");
    if (format === "json") return path.length > 0 ? path.join("=") : fallback;
    throw new UsageError(`unknown report format "${format}" of mutate: known: json`);
  });
}

type Shop = Omit<Workshop, "broken">;

interface Run {
  chosen: Chosen;
  shop: Shop;
  options: MutateOptions;
  io: Io;
}

async function runAll(mutants: readonly Mutant[], run: Run): Promise<MutationReport> {
  const { chosen: { target, why }, shop, options, io } = run;
  const startedAt = new Date();
  const begin = performance.now();
  const isHere = ({ targets, overlays }: Mutant) =>
    targets.includes(target.name) && isDeepStrictEqual(
      overlays.map((file) => resolve(shop.stack.directory, file)),
      shop.stack.overlays ?? [],
    );
  const here = mutants.filter(isHere);
  const workers = options.workers ?? navigator.hardwareConcurrency;
  const say = options.json ? () => {} : io.out;
  say(`pgproof ${manifest.version} on ${target.name}: ${target.description} (${why})\n`);
  say(`${here.length} mutants of ${shop.stack.file}, ${workers} workers, seed ${shop.seed}\n`);
  const broken = await baseline(here, workers, run);
  const results = await inLanes(here, workers, async (mutant) => {
    if (shop.signal.aborted) return undefined;
    const result = await runMutant(mutant, { ...shop, broken });
    // What was stopped was not judged.
    if (shop.signal.aborted) return undefined;
    say(mutantLines(result, io.color));
    return result;
  });
  return {
    schema: "pgproof/mutation/1",
    tool: { name: "pgproof", version: manifest.version },
    target: { name: target.name, description: target.description },
    stack: { file: shop.stack.file, hash: shop.stack.hash },
    seed: shop.seed,
    startedAt: startedAt.toISOString(),
    ms: performance.now() - begin,
    interrupted: shop.signal.aborted,
    elsewhere: mutants.filter((mutant) => !isHere(mutant)).map(({ file }) => file),
    totals: countOutcomes(results),
    mutants: results,
  };
}

/**
 * The cases that mutants are run against, on the stack as it is: those that do not pass, by id, with
 * why. One that fails anyway would kill every mutant.
 */
async function baseline(
  mutants: readonly Mutant[],
  workers: number,
  { chosen: { target }, shop }: Run,
): Promise<Map<string, string>> {
  const plan = planOn(shop.stack, shop.seed);
  const cases = new Map<string, Case>();
  for (const mutant of mutants) {
    for (const each of plainCasesOf(mutant, plan)) cases.set(each.id, each);
  }
  const all = shop.full ? await shippedCases(shop.stack, shop.seed) : [];
  for (const each of all) cases.set(each.id, each);
  try {
    const events = shop.eventsPath({ file: "baseline.yaml" } as Mutant);
    const results = await perform([...cases.values()], { target, events, shop, workers });
    const bad = results.filter(({ verdict }) => verdict !== "passed" && verdict !== "not-run");
    return new Map(bad.map((each) => {
      const { check, seen } = findingOf(each) ?? { check: each.verdict, seen: each.reason ?? "" };
      return [each.id, `${each.id}: ${check}: ${seen}`];
    }));
  } finally {
    await target.close();
  }
}

/** Does work on some lanes; the results are in the order of the items, those that there are. */
async function inLanes(
  items: readonly Mutant[],
  workers: number,
  work: (item: Mutant) => Promise<MutantResult | undefined>,
): Promise<MutantResult[]> {
  const results: (MutantResult | undefined)[] = [];
  const waiting = [...items.entries()];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, item] = next;
      results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, items.length) }, lane));
  return results.filter((each) => each !== undefined);
}
