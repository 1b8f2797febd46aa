/**
 * What the files of two stacks say differently; no server is asked.
 *
 * @module
 */
import { join, relative } from "node:path";
import { composeChanges } from "./compose.ts";
import { fileChanges } from "./files.ts";
import type { Change, Line } from "./model.ts";
import { ruleChanges } from "./rules.ts";
import { settingChanges } from "./settings.ts";
import type { Side } from "./side.ts";

/** Everything that differs, and files that differ in nothing that counts. */
export interface Declared {
  changes: Change[];
  reworded: string[];
}

/**
 * Compares two stacks.
 * @throws when a file of theirs cannot be read.
 */
export async function declaredChanges(base: Side, head: Side): Promise<Declared> {
  const files = await fileChanges(base, head);
  const changes = grouped([
    ...settingChanges(base, head),
    ...ruleChanges(base, head),
    ...composeChanges(base, head),
    ...files.changes,
  ]);
  const told = new Set(changes.flatMap(({ place }) => place ? [inHead(place, base, head)] : []));
  const reworded = files.understood.map((line) => inHead(line, base, head))
    .filter((file) => !told.has(file));
  return { changes, reworded };
}

/** A file of the base by the name that it has in the head. */
function inHead({ side, file }: Line, base: Side, head: Side): string {
  return side === "head" ? file : join(head.prefix, relative(base.prefix, file));
}

/** One change that several nodes share is told once. */
function grouped(changes: readonly Change[]): Change[] {
  const groups = new Map<string, Change>();
  for (const change of changes) {
    const { nodes, ...rest } = change;
    const key = JSON.stringify(rest);
    const known = groups.get(key);
    if (known) known.nodes.push(...nodes);
    else groups.set(key, { ...change, nodes: [...nodes] });
  }
  return [...groups.values()];
}
