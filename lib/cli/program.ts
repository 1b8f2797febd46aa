/**
 * The commands and what they are called with. One file per command; here is their grammar.
 *
 * @module
 */
import { Command, InvalidArgumentError, Option } from "commander";
import manifest from "../../deno.json" with { type: "json" };
import { targetNames } from "./target.ts";
import { clean } from "./clean.ts";
import type { Io } from "./io.ts";
import { list } from "./list.ts";
import { lint } from "./lint.ts";
import { report } from "./report.ts";
import { schema } from "./schema.ts";
import { verify } from "./verify.ts";

function whole(least: number): (text: string) => number {
  return (text) => {
    if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text)) && Number(text) >= least) {
      return Number(text);
    }
    throw new InvalidArgumentError(`expected a whole number from ${least}.`);
  };
}

function factor(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("expected a number above 0, like 2 or 0.5.");
}

function shard(text: string): { index: number; of: number } {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (index && of && index <= of) return { index, of };
  throw new InvalidArgumentError("expected I/N, like 1/4.");
}

function pair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError("expected name=value, like how=kill.");
  }
  return { ...before, [name]: value };
}

function gather(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** What selects cases; shared by `verify` and `list`. */
function selecting(name: string) {
  return new Command(name)
    .argument("[paths...]", "scenario files, folders, or FILE:LINE; default: scenarios/")
    .option("--stack <file>", "the compose file under test", "compose.yaml")
    .option("--tag <expr>", "only scenarios whose tags fit, like 'smoke and not slow'")
    .option("--grep <regex>", "only cases whose name or id matches")
    .option("--matrix <axis=value>", "only these combinations; may repeat", pair)
    .option("--shard <i/n>", "only the i-th of n parts of the cases", shard)
    .option("--repeat <n>", "run each case n times", whole(1), 1)
    .option("--seed <n>", "seed of every random choice; default: a new one", whole(0));
}

function verifyCommand(args: readonly string[], io: Io, ended: (code: number) => void) {
  return selecting("verify")
    .description("Run the scenarios against the stack and judge what is seen")
    .addOption(
      new Option("--target <name>", "where clusters run").choices(targetNames)
        .default("auto" as const),
    )
    .option("--postgres <v>", "local: 14 to 18 (default 18) or a bin folder; compose: an image tag")
    .option("--workers <n>", "cases at once; default: the number of cores", whole(1))
    .option("--retries <n>", "try cases that end in an error again (never failures)", whole(0), 0)
    .option("--fail-fast", "start no further case once one did not pass", false)
    .option("--time-scale <x>", "multiply every time limit", factor, 1)
    .option("--out <dir>", "where results are written", "reports")
    .option("--report <format[=path]>", "one more report; may repeat", gather)
    .option("--list", "list the cases and stop", false)
    .option("--dry-run", "show the plan and stop: cases, steps, what would not run", false)
    .option("--quiet", "print only what did not pass", false)
    .option("--verbose", "print each step as it ends", false)
    .action(async (paths, options) => ended(await verify(paths, { ...options, argv: args }, io)));
}

/**
 * Builds the whole command line for these arguments; `ended` is told the exit code of the command
 * that ran.
 */
export function program(args: readonly string[], io: Io, ended: (code: number) => void) {
  const root = new Command("pgproof")
    .description("Verifies PostgreSQL replication: scenarios, faults, evidence")
    .version(manifest.version)
    .exitOverride()
    .showHelpAfterError("(--help shows what is possible)")
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  const commands = [
    verifyCommand(args, io, ended),
    selecting("list")
      .description("List the cases with their tags")
      .action(async (paths, options) => ended(await list(paths, options, io))),
    new Command("lint")
      .description("Check scenario files without running anything")
      .argument("[paths...]", "scenario files or folders; default: scenarios/")
      .option("--stack <file>", "the compose file under test", "compose.yaml")
      .action(async (paths, options) => ended(await lint(paths, options, io))),
    new Command("report")
      .description("Render reports from the result of an earlier run")
      .argument("<result>", "result.json, or events.ndjson of a run that did not end")
      .option("--report <format[=path]>", "a report to render; may repeat", gather)
      .action(async (result, options) => ended(await report(result, options, io))),
    new Command("schema")
      .description("Print the JSON Schema of scenarios, for editors")
      .action(() => ended(schema(io))),
    new Command("clean")
      .description("Remove what a killed run left behind")
      .action(async () => ended(await clean(io))),
  ];
  // Settings of the root are inherited only by commands made through it.
  for (const command of commands) root.addCommand(command.copyInheritedSettings(root));
  return root;
}
