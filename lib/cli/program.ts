/**
 * The commands and what they are called with. One file per command; here is their grammar.
 *
 * @module
 */
import { Command, Option } from "commander";
import manifest from "../../deno.json" with { type: "json" };
import { keepPolicies } from "../run/keep.ts";
import { clean } from "./clean.ts";
import { compare } from "./compare.ts";
import { doctor } from "./doctor.ts";
import { down } from "./down.ts";
import { explain } from "./explain.ts";
import type { Io } from "./io.ts";
import { lint } from "./lint.ts";
import { list } from "./list.ts";
import { merge } from "./merge.ts";
import { mutate } from "./mutate.ts";
import { newScenario } from "./new.ts";
import { factor, gate, gather, pair, permission, shard, whole } from "./option_words.ts";
import { report } from "./report.ts";
import { schema } from "./schema.ts";
import { step } from "./step.ts";
import { targetNames } from "./target.ts";
import { up } from "./up.ts";
import { verify } from "./verify.ts";

/** Told the exit code of the command that ran. */
type Ended = (code: number) => void;

/** A command on a stack. */
function onStack(name: string) {
  return new Command(name)
    .option("--stack <file>", "the compose file under test", "compose.yaml")
    .option("--overlay <file>", "a compose file laid over it; may repeat", gather);
}

/** What selects cases. */
function selecting(name: string) {
  return onStack(name)
    .argument("[paths...]", "scenario files, folders, or FILE:LINE; default: scenarios/")
    .option("--tag <expr>", "only scenarios whose tags fit, like 'smoke and not slow'")
    .option("--grep <regex>", "only cases whose name or id matches")
    .option("--matrix <axis=value>", "only these combinations; may repeat", pair)
    .option("--shard <i/n>", "only the i-th of n parts of the cases", shard)
    .option("--timings <result>", "balance the parts by the times of this result.json")
    .option("--changed <ref>", "only what the changes since this git commit can affect")
    .option("--repeat <n>", "run each case n times", whole(1), 1)
    .option("--seed <n>", "seed of every random choice; default: a new one", whole(0));
}

const targetOption = new Option("--target <name>", "where clusters run").choices(targetNames)
  .default("auto" as const);

const postgresWords = "local: 14 to 18 (default 18) or a bin folder; compose: an image tag";

function verifyCommand(args: readonly string[], io: Io, ended: Ended) {
  return selecting("verify")
    .description("Run the scenarios against the stack and judge what is seen")
    .addOption(targetOption)
    .option("--postgres <v>", postgresWords)
    .option(
      "--workers <n>",
      "cases at once; default: the number of cores, twice that on local servers",
      whole(1),
    )
    .option("--retries <n>", "try cases that end in an error again (never failures)", whole(0), 0)
    .option("--fail-fast", "start no further case once one did not pass", false)
    .option("--last-failed", "only the cases that did not pass in the last run", false)
    .option("--time-scale <x>", "multiply every time limit", factor, 1)
    .option("--allow <what>", "let scenarios do this: exec; may repeat", permission)
    .addOption(
      new Option("--keep <when>", "leave clusters running, nothing undone").choices(keepPolicies)
        .default("never" as const),
    )
    .option("--out <dir>", "where results are written", "reports")
    .option("--report <format[=path]>", "one more report; may repeat", gather)
    .option("--histories <dir>", "write what clients of workloads were answered, as EDN")
    .option("--waivers <file>", "failures that somebody has accepted for a time")
    .option("--list", "list the cases and stop", false)
    .option("--dry-run", "show the plan and stop: cases, steps, what would not run", false)
    .option("--watch", "run again when a scenario, the stack or what it mounts changes", false)
    .option("--quiet", "print only what did not pass", false)
    .option("--verbose", "print each step as it ends", false)
    .action(async (paths, options) => ended(await verify(paths, { ...options, argv: args }, io)));
}

function compareCommand(io: Io, ended: Ended) {
  return onStack("compare")
    .description("Run the same scenarios on two stacks, case by case, and say what a change broke")
    .argument(
      "<stacks...>",
      "BASE..HEAD, git refs; or BASE HEAD, each a folder or a git ref; or two result.json",
    )
    .option(
      "--scenarios <path>",
      "scenario file or folder; may repeat; default: scenarios/",
      gather,
    )
    .option("--tag <expr>", "only scenarios whose tags fit, like 'smoke and not slow'")
    .option("--grep <regex>", "only cases whose name or id matches")
    .option("--matrix <axis=value>", "only these combinations; may repeat", pair)
    .option("--seed <n>", "seed of every random choice; default: a new one", whole(0))
    .addOption(targetOption)
    .option("--postgres <v>", postgresWords)
    .option("--workers <n>", "cases at once; default: the number of cores", whole(1))
    .option("--repeat <n>", "how often each case runs on each side", whole(1), 2)
    .option("--retries <n>", "try cases that end in an error again (never failures)", whole(0), 0)
    .option("--gate <measure=percent,floor>", "fail when a measure is that much worse", gate)
    .option("--always", "run also where nothing but comments or layout differ", false)
    .option("--time-scale <x>", "multiply every time limit", factor, 1)
    .option("--allow <what>", "let scenarios do this: exec; may repeat", permission)
    .option("--waivers <file>", "failures that somebody has accepted for a time")
    .option("--out <dir>", "where results are written", "reports")
    .option("--json", "for programs: the comparison, and nothing else", false)
    .option("--quiet", "print only what did not pass", false)
    .option("--verbose", "print each step as it ends", false)
    .action(async (stacks, options) => ended(await compare(stacks, options, io)));
}

function mutateCommand(args: readonly string[], io: Io, ended: Ended) {
  return onStack("mutate")
    .description("Change the stack in ways that must be seen, and say whether they were")
    .argument("[paths...]", "files of mutants, or folders; default: fixtures/mutants")
    .addOption(targetOption)
    .option("--postgres <v>", postgresWords)
    .option("--workers <n>", "mutants at once; default: the number of cores", whole(1))
    .option("--seed <n>", "seed of every random choice; default: a new one", whole(0))
    .option("--time-scale <x>", "multiply every time limit", factor, 1)
    .option("--full", "run every scenario on each mutant, not only those that it names", false)
    .option("--out <dir>", "where results are written", "reports")
    .option("--report <json[=path]>", "where the JSON is written; may repeat", gather)
    .option("--json", "print the JSON, nothing else", false)
    .action(async (paths, options) => ended(await mutate(paths, { ...options, argv: args }, io)));
}

/** Writing scenarios. */
function authoring(io: Io, ended: Ended) {
  return [
    selecting("list")
      .description("List the cases with their tags, claims, needs and last verdict")
      .option("--out <dir>", "where the last run's results are", "reports")
      .option("--json", "for programs", false)
      .action(async (paths, options) => ended(await list(paths, options, io))),
    onStack("lint")
      .description("Check scenario files without running anything")
      .argument("[paths...]", "scenario files or folders; default: scenarios/")
      .option("--strict", "a smell ends with exit code 1", false)
      .option("--fix", "mend what can be mended without changing what a scenario means", false)
      .action(async (paths, options) => ended(await lint(paths, options, io))),
    new Command("explain")
      .description("Explain a word of the language; without one, list them")
      .argument("[word...]", "a verb, adjective, fact, fault, operation, code, ...")
      .option("--json", "for programs", false)
      .action(async (words, options) => ended(await explain(words, options, io))),
    onStack("new")
      .description("Write a scenario that runs, to change from there")
      .argument("[path]", "where; asked for when absent")
      .option("--what <template>", "write-visible, kill-and-resync, lag, failover or settings")
      .option("--name <text>", "what the scenario is called")
      .option("--force", "write over a file that is there", false)
      .action(async (path, options) => ended(await newScenario(path, options, io))),
    selecting("step")
      .description("Perform one case step by step, with you at the terminal")
      .addOption(targetOption)
      .option("--postgres <v>", postgresWords)
      .option("--time-scale <x>", "multiply every time limit", factor, 1)
      .action(async (paths, options) => ended(await step(paths, options, io))),
    new Command("schema")
      .description("Print the JSON Schema of scenarios, for editors")
      .action(() => ended(schema(io))),
  ];
}

/** After a run. */
function afterwards(io: Io, ended: Ended) {
  return [
    new Command("report")
      .description("Render reports from the result of an earlier run")
      .argument("<result>", "result.json, or events.ndjson of a run that did not end")
      .option("--report <format[=path]>", "a report to render; may repeat", gather)
      .option("--waivers <file>", "failures accepted for a time, in place of those of the run")
      .action(async (result, options) => ended(await report(result, options, io))),
    new Command("merge")
      .description("Join the results of shards, and render the reports of the whole")
      .argument("<results...>", "result.json of each shard")
      .option("--out <dir>", "where results are written", "reports")
      .option("--report <format[=path]>", "one more report; may repeat", gather)
      .option("--quiet", "print only what did not pass", false)
      .action(async (results, options) => ended(await merge(results, options, io))),
    new Command("clean")
      .description("Remove what a killed run left behind")
      .action(async () => ended(await clean(io))),
  ];
}

/** The stack by hand. */
function handsOn(io: Io, ended: Ended) {
  return [
    onStack("up")
      .description("Bring the stack up for hands-on use, in a project of its own")
      .addOption(targetOption)
      .option("--postgres <v>", postgresWords)
      .action(async (options) => ended(await up(options, io))),
    onStack("down")
      .description("Remove what `up` has made in Docker, data included")
      .action(async (options) => ended(await down(options, io))),
    onStack("doctor")
      .description("Say what runs need, what is missing, and what to do about it")
      .option("--postgres <v>", "as for verify")
      .action(async (options) => ended(await doctor(options, io))),
  ];
}

/**
 * Builds the whole command line for these arguments; `ended` is told the exit code of the command
 * that ran.
 */
export function program(args: readonly string[], io: Io, ended: Ended) {
  const root = new Command("pgproof")
    .description("Verifies PostgreSQL replication: scenarios, faults, evidence")
    .version(manifest.version)
    .exitOverride()
    .showHelpAfterError("(--help shows what is possible)")
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  const commands = [
    verifyCommand(args, io, ended),
    compareCommand(io, ended),
    mutateCommand(args, io, ended),
    ...authoring(io, ended),
    ...afterwards(io, ended),
    ...handsOn(io, ended),
  ];
  // Settings of the root are inherited only by commands made through it.
  for (const command of commands) root.addCommand(command.copyInheritedSettings(root));
  return root;
}
