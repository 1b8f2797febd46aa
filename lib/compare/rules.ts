/**
 * Rules of pg_hba.conf of two stacks. The first that matches decides, so their order counts: what is
 * told is the shortest way from one list to the other.
 *
 * @module
 */
import type { HbaRule } from "../stack/model.ts";
import type { Change } from "./model.ts";
import { lineOf, type Side } from "./side.ts";

/** The changes of access rules of the nodes that both stacks have. */
export function ruleChanges(base: Side, head: Side): Change[] {
  const changes: Change[] = [];
  for (const { name, hba } of head.stack.nodes) {
    const before = base.stack.nodes.find((node) => node.name === name);
    if (!before) continue;
    const place = (side: Side, rule: HbaRule) => lineOf(side, name, rule.source, "");
    const common = { kind: "rule" as const, what: "access rule", nodes: [name] };
    for (const [removed, added] of edits(before.hba, hba)) {
      const rule = added ?? removed!;
      changes.push({
        ...common,
        ...(removed ? { before: ruleText(removed) } : {}),
        ...(added ? { after: ruleText(added) } : {}),
        place: place(added ? head : base, rule),
      });
    }
  }
  return changes;
}

/** A rule as one line. */
export function ruleText({ type, database, user, address, method, options }: HbaRule): string {
  return [type, database, user, ...(address === undefined ? [] : [address]), method, ...options]
    .join(" ");
}

type Edit = [removed: HbaRule | undefined, added: HbaRule | undefined];

/** What is not in the longest common part of both, what is taken out paired with what comes in. */
function edits(before: readonly HbaRule[], after: readonly HbaRule[]): Edit[] {
  const lengths = commonLengths(before, after);
  const found: Edit[] = [];
  let [i, j] = [0, 0];
  let [removed, added]: [HbaRule[], HbaRule[]] = [[], []];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++) {
      found.push([removed[at], added[at]]);
    }
    [removed, added] = [[], []];
  };
  while (i < before.length || j < after.length) {
    const [one, other] = [before[i], after[j]];
    if (one && other && ruleText(one) === ruleText(other)) {
      flush();
      i++;
      j++;
    } else if (other && (!one || lengths[i]![j + 1]! > lengths[i + 1]![j]!)) {
      added.push(other);
      j++;
    } else {
      removed.push(one!);
      i++;
    }
  }
  flush();
  return found;
}

/** Length of the longest common part from each pair of places on. */
function commonLengths(before: readonly HbaRule[], after: readonly HbaRule[]): number[][] {
  const lengths = before.map(() => after.map(() => 0).concat(0))
    .concat([after.map(() => 0).concat(0)]);
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i]![j] = ruleText(before[i]!) === ruleText(after[j]!)
        ? lengths[i + 1]![j + 1]! + 1
        : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  return lengths;
}
