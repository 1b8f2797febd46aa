/**
 * `doctor`: what runs need, one line each, with what to do about what is missing.
 *
 * @module
 */
import { styleText } from "node:util";
import { exitCodes } from "../result/exit.ts";
import { readStack } from "../stack/read.ts";
import { checkCompose } from "./doctor_compose.ts";
import type { Finding } from "./doctor_finding.ts";
import { checkLocal } from "./doctor_local.ts";
import { checkMachine } from "./doctor_machine.ts";
import type { Io } from "./io.ts";
import { dockerTag } from "./target.ts";

/** The options of `doctor`. */
export interface DoctorOptions {
  stack: string;
  /** Compose files laid over it, in order. */
  overlay?: string[] | undefined;
  postgres?: string | undefined;
}

/** How long all checks together may take, in milliseconds; a first download is among them. */
const allMs = 120_000;

/** Examines this machine; 0 when at least one target can be used. */
export async function doctor(options: DoctorOptions, io: Io): Promise<number> {
  const stack = await readStack(options.stack, { overlays: options.overlay });
  io.hide(stack.secrets);
  const { postgres } = options;
  const image = postgres === undefined ? undefined : dockerTag(postgres);
  const patient = { stack, postgres, image, signal: AbortSignal.timeout(allMs) };
  const [machine, local, compose] = await Promise.all([
    checkMachine(patient),
    checkLocal(patient),
    checkCompose(patient),
  ]);
  for (
    const { title, findings } of [
      { title: "this machine", findings: machine },
      { title: "target local", findings: local },
      { title: "target compose", findings: compose },
    ]
  ) {
    io.out(`${title}\n${findings.map((finding) => line(finding, io)).join("")}`);
  }
  const isUsable = (findings: Finding[]) =>
    [...machine, ...findings].every(({ state }) => state !== "bad");
  const usable = [
    ...(isUsable(local) ? ["local"] : []),
    ...(isUsable(compose) ? ["compose"] : []),
  ];
  io.out(usable.length > 0 ? `can be used: ${usable.join(", ")}\n` : "no target can be used\n");
  return usable.length > 0 ? exitCodes.passed : exitCodes.error;
}

const colors = { ok: "green", care: "yellow", bad: "red" } as const;

function line({ state, what, seen, advice }: Finding, { color }: Io): string {
  const word = state.padEnd(4);
  const shown = color ? styleText(colors[state], word, { validateStream: false }) : word;
  return `  ${shown}  ${what.padEnd(15)}  ${seen}\n` +
    (advice === undefined ? "" : `${" ".repeat(25)}${advice}\n`);
}
