/**
 * `deno task bench [NAME...] [--json PATH] [--budget 2min] [--postgres 18]`: benchmarks, each as a
 * ratio to a floor that is measured in turns with it, in one run. See docs/benchmarks.md.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { Interrupt } from "../lib/cli/interrupt.ts";
import { Deadline } from "../lib/time/deadline.ts";
import { formatDuration, parseDuration } from "../lib/time/duration.ts";
import { checks } from "./checks.ts";
import { cluster } from "./cluster.ts";
import { compose } from "./compose.ts";
import { harness } from "./harness.ts";
import { history } from "./history.ts";
import { load } from "./load.ts";
import type { Benchmark } from "./model.ts";
import { probe } from "./probe.ts";
import { relay } from "./relay.ts";
import { formatFindings, type Report, reportOf } from "./report.ts";

const benchmarks: readonly Benchmark[] = [
  cluster,
  compose,
  harness,
  load,
  checks,
  history,
  probe,
  relay,
];

/** What lies outside the measuring (opening, warming up) may take as long again. */
const patience = 2.5;

const encoder = new TextEncoder();

function say(text: string): void {
  Deno.stdout.writeSync(encoder.encode(`${text}\n`));
}

/** What the command line asks for. */
interface Wanted {
  chosen: Benchmark[];
  budgetMs: number;
  postgres: string;
  json: string | undefined;
}

/** @throws {TypeError} when it cannot be understood. */
function readArguments(args: string[]): Wanted {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      json: { type: "string" },
      budget: { type: "string", default: "2min" },
      postgres: { type: "string", default: "18" },
    },
  });
  const budgetMs = parseDuration(values.budget);
  if (!budgetMs) throw new TypeError(`--budget ${values.budget} is not a duration like 2min`);
  const chosen = benchmarks.filter(({ name }) =>
    positionals.length === 0 || positionals.includes(name)
  );
  const unknown = positionals.find((name) => !benchmarks.some((each) => each.name === name));
  if (unknown !== undefined) {
    const names = benchmarks.map(({ name }) => name).join(", ");
    throw new TypeError(`no benchmark is named ${unknown}: there are ${names}`);
  }
  return { chosen, budgetMs, postgres: values.postgres, json: values.json };
}

async function runAll(wanted: Wanted, stop: AbortSignal) {
  const { chosen, postgres } = wanted;
  const weights = chosen.reduce((sum, { weight }) => sum + weight, 0);
  const results: Record<string, { measurements: Report[]; notes: string[] } | { error: string }> =
    {};
  for (const { name, summary, weight, run } of chosen) {
    const budgetMs = wanted.budgetMs * weight / weights;
    say(`${name}: ${summary}, in about ${formatDuration(budgetMs)}\n`);
    const endsAt = performance.now() + budgetMs;
    // A short budget still has to allow for the least number of rounds.
    const limitMs = Math.max(90_000, budgetMs * patience);
    using limit = new Deadline(`benchmark ${name}`, limitMs, stop);
    try {
      const found = await run({ postgres, endsAt, signal: limit.signal });
      say(formatFindings(found).join("\n"));
      results[name] = { measurements: found.measurements.map(reportOf), notes: found.notes };
    } catch (error) {
      if (stop.aborted) throw error;
      const { message } = error as Error;
      say(`${name}: not measured: ${message}\n`);
      results[name] = { error: message };
    }
  }
  return results;
}

/** Runs what is asked for: 0 measured, 2 not understood, 3 something was not measured. */
async function main(args: string[]): Promise<number> {
  let wanted: Wanted;
  try {
    wanted = readArguments(args);
  } catch (error) {
    say(`bench: ${(error as Error).message}`);
    return 2;
  }
  using interrupt = new Interrupt(say);
  const startedAt = new Date().toISOString();
  const results = await runAll(wanted, interrupt.signal).catch((error) => {
    if (interrupt.signal.aborted) return undefined;
    throw error;
  });
  if (!results) return 130;
  if (wanted.json !== undefined) {
    const { os, arch } = Deno.build;
    const machine = { os, arch, cores: navigator.hardwareConcurrency, deno: Deno.version.deno };
    const data = { schema: "pgproof/bench/1", startedAt, machine, benchmarks: results };
    await Deno.writeTextFile(wanted.json, JSON.stringify(data, undefined, 2) + "\n");
  }
  return Object.values(results).some((each) => "error" in each) ? 3 : 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
