/**
 * Compose files of two stacks, compared part by part as they are after variables, `extends` and
 * overlays. Keys that begin with `x-` are pieces for other parts and told there; `x-pgproof` is not.
 *
 * @module
 */
import { placeAt, toData, type Value } from "../stack/tree.ts";
import type { Change } from "./model.ts";
import { lineAt, type Side } from "./side.ts";

/** The changes of the compose files, less what commands set of servers: that is told as settings. */
export function composeChanges(base: Side, head: Side): Change[] {
  const changes: Change[] = [];
  for (const path of differences(base.tree, head.tree, [])) {
    const [top, service, ...rest] = path;
    if (top!.startsWith("x-") && top !== "x-pgproof") continue;
    if (top !== "services" || service === undefined) {
      changes.push(changeAt(path, { base, head, nodes: [], what: path.join(".") }));
    } else if (!(rest[0] === "command" && setsOtherwise(base, head, service))) {
      const what = rest.join(".") || "service";
      changes.push(changeAt(path, { base, head, nodes: [service], what }));
    }
  }
  return changes;
}

/** Paths at which two trees differ, as deep as maps go on both sides. */
function differences(
  before: Value | undefined,
  after: Value | undefined,
  path: string[],
): string[][] {
  if (before?.kind === "map" && after?.kind === "map") {
    const keys = new Set([...after.entries.keys(), ...before.entries.keys()]);
    return [...keys].flatMap((key) =>
      differences(before.entries.get(key)?.value, after.entries.get(key)?.value, [...path, key])
    );
  }
  return text(before) === text(after) ? [] : [path];
}

function text(value: Value | undefined): string | undefined {
  if (!value) return undefined;
  const data = toData(value);
  return typeof data === "string" ? data : JSON.stringify(data);
}

function changeAt(
  path: string[],
  { base, head, nodes, what }: { base: Side; head: Side; nodes: string[]; what: string },
): Change {
  const [before, after] = [base, head].map(({ tree }) => text(at(tree, path)));
  const side = after === undefined ? base : head;
  return {
    kind: "compose",
    what,
    nodes,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    place: lineAt(side, placeAt(side.tree, path)),
  };
}

function at(tree: Value, path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>(
    (value, key) => value?.kind === "map" ? value.entries.get(key)?.value : undefined,
    tree,
  );
}

/** Whether the commands of a node give its server other settings. */
function setsOtherwise(base: Side, head: Side, name: string): boolean {
  const [before, after] = [base, head].map(({ stack }) =>
    stack.nodes.find((node) => node.name === name)?.settings
      .filter(({ source }) => source.file === "command line")
      .map((setting) => `${setting.name.toLowerCase()}=${setting.value}`).sort().join("\n")
  );
  return before !== undefined && after !== undefined && before !== after;
}
