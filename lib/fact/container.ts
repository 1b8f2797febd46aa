/**
 * What `port`, `volume` and `network` have in common: a node as its container engine sees it, and a
 * finding made of everything that is wrong with it.
 *
 * @module
 */
import type { Inspection } from "../cluster/inspection.ts";
import type { Node } from "../cluster/model.ts";
import type { Finding } from "./finding.ts";
import type { Look } from "./kind.ts";
import { undecidable } from "./finding.ts";

/** The look of a target without an engine; undefined where there is one. */
export function withoutEngine(nodes: readonly Node[], expected: string): Look | undefined {
  const blind = nodes.find(({ inspect }) => inspect === undefined);
  if (!blind) return undefined;
  return undecidable(
    "NoEngine",
    expected,
    `${blind.name} runs in no container: nothing publishes it`,
  );
}

/** Asks the engine for a node. */
export function inspected(node: Node, signal: AbortSignal): Promise<Inspection> {
  return node.inspect!(signal);
}

/** Everything wrong with a node becomes one finding; nothing wrong: what is right. */
export function findingOf(
  wrong: readonly string[],
  found: { code: string; right: string; kind: string; data: unknown },
): Omit<Finding, "node"> {
  const { code, right, kind, data } = found;
  const holds = wrong.length === 0;
  return { holds, code, seen: holds ? right : wrong.join("; "), kind, data };
}

/** The operand of `is` as a list: one name, or several. */
export function listed(operand: unknown): string[] | undefined {
  if (operand === undefined) return undefined;
  return (Array.isArray(operand) ? operand : [operand]).map(String);
}

/** Names in a sentence; `none` where there are none. */
export function named(names: readonly (string | number)[]): string {
  return names.length === 0 ? "none" : names.join(" and ");
}
