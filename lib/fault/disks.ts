/**
 * Which file systems a scenario fills, by what it says: those nodes get them when the cluster is
 * made. Where a role is named it may be any node's.
 *
 * @module
 */
import { diskBytes, type DiskPart, type Disks } from "../cluster/disk.ts";
import { stepsOf } from "../scenario/inner_steps.ts";
import type { Scenario } from "../scenario/model.ts";
import { formatSize } from "../sql/size.ts";

/** Those disks; undefined when it fills none. */
export function filledDisks(scenario: Scenario, nodes: readonly string[]): Disks | undefined {
  const found = new Map<string, Set<DiskPart>>();
  for (const step of stepsOf(scenario)) {
    if (step.verb !== "fault" || step.fault !== "disk_full") continue;
    const named = nodes.filter((name) => name === step.node);
    for (const name of named.length > 0 ? named : nodes) {
      const parts = found.get(name) ?? new Set();
      found.set(name, parts.add(step.words.disk as DiskPart));
    }
  }
  if (found.size === 0) return undefined;
  return Object.fromEntries([...found].map(([name, parts]) => [name, [...parts]]));
}

/** What they change of a stack, in sentences. */
export function diskTranslations(disks: Disks | undefined): string[] {
  return Object.entries(disks ?? {}).map(([name, parts]) =>
    `${name}: its ${parts.join(" and its ")} ${parts.length > 1 ? "are each" : "is"} on a file ` +
    `system of ${formatSize(diskBytes)} of its own (tmpfs), for disk_full`
  );
}
