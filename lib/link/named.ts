/**
 * Which nodes' links a scenario disturbs, by what it says: their streams go through relays from the
 * beginning. Where a role is named it may be any node's.
 *
 * @module
 */
import { faults } from "../fault/registry.ts";
import { stepsOf } from "../scenario/inner_steps.ts";
import type { FaultStep, Scenario } from "../scenario/model.ts";

/** Names of those nodes, in their order. */
export function relayedNodes(scenario: Scenario, nodes: readonly string[]): string[] {
  const named = new Set(
    stepsOf(scenario).flatMap((step) => {
      if (step.verb !== "fault" || !faults.get(step.fault)?.requires.includes("links")) return [];
      return namedBy(step, nodes);
    }),
  );
  return nodes.filter((node) => named.has(node));
}

/** A primary has no upstream: beside a name it says nothing new. */
const primaries = ["primary", "old primary"];

function namedBy(step: FaultStep, nodes: readonly string[]): readonly string[] {
  const words = step.words.between as string[] | undefined ?? [step.node ?? "replicas"];
  const names = words.filter((word) => nodes.includes(word));
  const rest = words.filter((word) => !nodes.includes(word));
  const isNamed = names.length > 0 && rest.every((word) => primaries.includes(word));
  return isNamed ? names : nodes;
}

/** What relays change of a stack, in sentences. */
export function relayTranslations(scenario: Scenario, nodes: readonly string[]): string[] {
  const names = relayedNodes(scenario, nodes);
  if (names.length === 0) return [];
  return [
    `${names.join(", ")}: as replicas they reach their upstream through a relay of the harness ` +
    "(primary_conninfo), for the faults of their links",
  ];
}
