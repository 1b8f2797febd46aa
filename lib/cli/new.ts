/**
 * `new`: writes a commented scenario that runs and passes as it is. Asks for what it is not told
 * when somebody is there to answer.
 *
 * @module
 */
import { dirname } from "node:path";
import { didYouMean } from "../scenario/nearest.ts";
import { parseScenario } from "../scenario/parse.ts";
import { readStack } from "../stack/read.ts";
import type { Stack } from "../stack/model.ts";
import { exitCodes } from "../result/exit.ts";
import type { Io } from "./io.ts";
import { type Ask, askTerminal } from "./ask.ts";
import { schemaPathFor } from "./schema_path.ts";
import { scenarioText, templates } from "./templates.ts";
import { UsageError } from "./usage.ts";

/** The options of `new`. */
export interface NewOptions {
  stack: string;
  /** Compose files laid over it, in order. */
  overlay?: string[] | undefined;
  /** A template's name; asked for when it is absent. */
  what?: string | undefined;
  /** What the scenario is called; asked for when it is absent. */
  name?: string | undefined;
  /** Write over a file that is there. */
  force?: boolean | undefined;
}

/** Settings worth asking for, where the stack declares them. */
const settingsWanted = ["wal_level", "max_wal_senders", "wal_keep_size", "hot_standby"];

/**
 * Writes a scenario.
 * @throws {UsageError} when the file is there already, or something is missing and nobody answers.
 */
export async function newScenario(
  path: string | undefined,
  options: NewOptions,
  io: Io,
  ask: Ask | undefined = io.isTerminal ? askTerminal(io) : undefined,
): Promise<number> {
  const what = options.what ?? await askWhat(io, ask);
  const template = templates.get(what);
  if (!template) {
    const hint = didYouMean(what, templates.keys()) ?? `known: ${[...templates.keys()].join(", ")}`;
    throw new UsageError(`there is no template "${what}": ${hint}`);
  }
  const name = options.name ??
    (ask ? await ask("What does it show?", template.name) : template.name);
  const file = path ?? await ask?.("Where?", `scenarios/${what}.yaml`);
  if (file === undefined) throw new UsageError("say where: new scenarios/NAME.yaml");
  if (!/\.ya?ml$/.test(file)) throw new UsageError("a scenario file ends in .yaml or .yml");
  const stack = await readStack(options.stack, { overlays: options.overlay });
  const text = scenarioText(template, { name, schema: schemaPathFor(file), ...about(stack) });
  parseScenario(file, text, { nodes: stack.nodes.map((node) => node.name) });
  await write(file, text, options.force ?? false);
  io.out(`wrote ${file}\nrun it: deno task verify ${file}\n`);
  return exitCodes.passed;
}

async function askWhat(io: Io, ask: Ask | undefined): Promise<string> {
  const known = [...templates].map(([name, { summary }]) => `  ${name.padEnd(16)} ${summary}\n`);
  if (!ask) throw new UsageError(`say what with --what:\n${known.join("").trimEnd()}`);
  io.out(known.join(""));
  return await ask("What kind of scenario?", "write-visible");
}

/** What a template needs to know of the stack. */
function about({ nodes, file }: Stack): { replica: string; settings: Record<string, string> } {
  const replica = nodes.find(({ role }) => role === "replica");
  if (!replica) throw new UsageError(`${file} has no replica`);
  const settings: Record<string, string> = {};
  for (const name of settingsWanted) {
    const values = nodes.map((node) => node.settings.findLast((each) => each.name === name)?.value);
    if (values[0] !== undefined && new Set(values).size === 1) settings[name] = values[0];
  }
  // A stack that declares none of them runs on PostgreSQL's defaults.
  return {
    replica: replica.name,
    settings: Object.keys(settings).length > 0 ? settings : { hot_standby: "on" },
  };
}

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, text, force ? {} : { createNew: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      throw new UsageError(`${file} is there already; --force writes over it`);
    }
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}
