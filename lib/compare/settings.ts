/**
 * Settings that the files of two stacks give to their servers, compared as they are written.
 *
 * @module
 */
import type { StackNode } from "../stack/model.ts";
import { effectiveSetting } from "../stack/settings.ts";
import type { Change } from "./model.ts";
import { lineOf, type Side } from "./side.ts";

/** The changes of settings of the nodes that both stacks have. */
export function settingChanges(base: Side, head: Side): Change[] {
  const changes: Change[] = [];
  for (const after of head.stack.nodes) {
    const before = base.stack.nodes.find(({ name }) => name === after.name);
    if (before) changes.push(...ofNode({ side: base, node: before }, { side: head, node: after }));
  }
  return changes;
}

interface Owner {
  side: Side;
  node: StackNode;
}

function ofNode(base: Owner, head: Owner): Change[] {
  const names = new Set(
    [...head.node.settings, ...base.node.settings].map(({ name }) => name.toLowerCase()),
  );
  return [...names].flatMap((name): Change[] => {
    const before = effectiveSetting(base.node.settings, name);
    const after = effectiveSetting(head.node.settings, name);
    if (before?.value === after?.value) return [];
    const [owner, setting] = after ? [head, after] : [base, before!];
    return [{
      kind: "setting",
      what: name,
      nodes: [head.node.name],
      ...(before ? { before: before.value } : {}),
      ...(after ? { after: after.value } : {}),
      place: lineOf(owner.side, owner.node.name, setting.source, name),
    }];
  });
}
