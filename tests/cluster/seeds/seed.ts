/**
 * A cause that is planted in a shipped scenario, and that the scenario must see.
 *
 * @module
 */
import { equal, match, notEqual } from "node:assert/strict";
import { join } from "node:path";
import { type Document, parseDocument } from "yaml";
import type { Result } from "../../../lib/result/model.ts";
import { command } from "../../command.ts";

/** One cause, and what must see it. */
export interface Seed {
  /** Below `scenarios/`. */
  scenario: string;
  cause: string;
  /** Plants the cause in the scenario, so that one run can have them all. */
  plant(document: Document): void;
  /** Title of the step or invariant that must fail, the code of its problem, what it must say. */
  fails: { step: string; code: string; seen: RegExp };
}

/** Settings that the cluster of the scenario has beside those of the stack. */
export function settings(change: Record<string, unknown>) {
  return (document: Document) =>
    document.setIn(["cluster", "settings"], document.createNode(change));
}

/** Steps performed before the scenario's own. */
export function before(...steps: Record<string, unknown>[]) {
  return (document: Document) => insert(document, ["steps"], 0, steps);
}

/** Steps performed right after the step with this name. */
export function after(name: string, ...steps: Record<string, unknown>[]) {
  return (document: Document) => insert(document, ["steps"], indexOf(document, name) + 1, steps);
}

/** Place of the step with this name. */
export function indexOf(document: Document, name: string): number {
  const steps = (document.toJS() as { steps: { name?: string }[] }).steps;
  const index = steps.findIndex((step) => step.name === name);
  notEqual(index, -1, `no step "${name}"`);
  return index;
}

/** Puts steps into a list of them. */
export function insert(
  document: Document,
  path: (string | number)[],
  at: number,
  steps: unknown[],
): void {
  const list = document.getIn(path) as { items: unknown[] };
  list.items.splice(at, 0, ...steps.map((step) => document.createNode(step)));
}

/** Gives up sooner at the step with this name: the test need not wait as long as an operator. */
export function within(name: string, time: string) {
  return (document: Document) => document.setIn(["steps", indexOf(document, name), "within"], time);
}

/** Several plantings. */
export function both(...plantings: ((document: Document) => void)[]) {
  return (document: Document) => plantings.forEach((plant) => plant(document));
}

/** Runs each scenario with its cause, in one run, and looks whether it failed for it. */
export async function failAsPlanted(
  t: Deno.TestContext,
  target: "local" | "compose",
  seeds: readonly Seed[],
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const files = new Map<string, Seed>();
    for (const [index, seed] of seeds.entries()) {
      const document = parseDocument(await Deno.readTextFile(join("scenarios", seed.scenario)));
      seed.plant(document);
      const file = join(folder, `${index}.yaml`);
      await Deno.writeTextFile(file, document.toString());
      files.set(file, seed);
    }
    const out = join(folder, "out");
    // Some causes are seen in measured times, which cases beside them disturb.
    const ran = await command("verify", "--target", target, "--workers=2", "--out", out, folder);
    equal(ran.code, 1, ran.err + ran.out);
    const result: Result = JSON.parse(await Deno.readTextFile(join(out, "result.json")));
    for (const found of result.cases) {
      const seed = files.get(found.file)!;
      await t.step(`${found.combination.how ?? ""} ${seed.scenario}: ${seed.cause}`, () => {
        equal(found.verdict, "failed");
        const first = found.steps.find((step) => step.problem && step.problem.code !== "Stopped");
        equal(first?.title, seed.fails.step, JSON.stringify(first?.problem));
        equal(first?.problem?.code, seed.fails.code);
        match(first?.problem?.seen ?? "", seed.fails.seen);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
