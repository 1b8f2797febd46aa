/**
 * `volume`: where a node's data lie, by the stack's file, by the engine, by the server and by the
 * kernel of its container. Data on no declared mount are lost with the container; two nodes on one
 * folder destroy each other.
 *
 * A run has volumes of its own at the declared places; the folders of the host stay untouched.
 *
 * @module
 */
import { relative, resolve } from "node:path";
import type { Inspection } from "../cluster/inspection.ts";
import { type Node, NodeError } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import type { Mount, Stack } from "../stack/model.ts";
import { findingOf, inspected, listed, named, withoutEngine } from "./container.ts";
import { findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";

/** The fact. */
export const volume = defineFact({
  name: "volume",
  summary: "Each node keeps its data on a declared mount of its own; " +
    "`is` names the folder or volume it must be",
  words: {},
  comparisons: ["is"],
  needsComparison: false,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, compare, signal }) {
    const wanted = listed(compare.is);
    const expected = wanted
      ? `the data in ${named(wanted)}, which no other node has`
      : "the data on a declared mount that no other node has";
    const blind = withoutEngine(scene.cluster.nodes, expected);
    if (blind) return blind;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const [inspection, data] = await Promise.all([
        inspected(node, limit),
        scene.observer.value(node, "select current_setting('data_directory')", limit).then(String),
      ]);
      const mount = deepest(node.declared.mounts, data);
      const declared = wrongMount(scene, node, { mount, data, wanted });
      const places = await mountPoints(node, data, limit);
      const wrong = [...declared, ...wrongMounted(node, inspection, { mount, data, places })];
      const source = mount && sourceOf(scene.stack, mount);
      const finding = findingOf(wrong, {
        code: "Volume",
        right: `has its data ${data} on ${mount?.target}, which is ${source}`,
        kind: "volume",
        data: {
          declared: node.declared.mounts,
          mounted: inspection.mounts,
          directory: data,
          places,
        },
      });
      return declared.length > 0 ? { ...finding, final: true } : finding;
    });
    return lookOf(findings, expected);
  },
});

const isIn = (path: string, folder: string) =>
  path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);

/** Of mounts inside each other, the one that holds a path. */
function deepest<M extends { target: string }>(mounts: readonly M[], path: string): M | undefined {
  return mounts.filter(({ target }) => isIn(path, target))
    .toSorted((a, b) => a.target.length - b.target.length).at(-1);
}

/** As the stack's file says it. */
function sourceOf({ directory }: Stack, { type, source }: Mount): string {
  if (type === "tmpfs") return "memory (tmpfs)";
  if (source === undefined) return "an anonymous volume";
  if (type === "volume") return `the volume ${source}`;
  const path = relative(directory, source);
  return path.startsWith("..") ? source : `./${path}`;
}

/** What the stack's file says is wrong. */
function wrongMount(
  { stack }: Scene,
  node: Node,
  { mount, data, wanted }: { mount: Mount | undefined; data: string; wanted: string[] | undefined },
): string[] {
  if (!mount) {
    return [`has its data ${data} on no declared mount: they go with the container`];
  }
  const source = sourceOf(stack, mount);
  const wrong: string[] = [];
  if (mount.type === "tmpfs" || mount.source === undefined) {
    wrong.push(`has its data ${data} on ${source}: they go with the container`);
  }
  const isWanted = (one: string) =>
    mount.source === one || mount.source === resolve(stack.directory, one);
  if (wanted && !wanted.some(isWanted)) wrong.push(`has its data ${data} on ${source}`);
  const others = stack.nodes.filter(({ name, mounts }) =>
    name !== node.name && mount.source !== undefined &&
    mounts.some((other) => other.source === mount.source && !other.readOnly)
  );
  if (others.length > 0) {
    wrong.push(`shares ${source} with ${named(others.map(({ name }) => name))}`);
  }
  return wrong;
}

/** What the engine mounted, or the kernel says, is something else than the file. */
function wrongMounted(
  node: Node,
  { mounts }: Inspection,
  found: { mount: Mount | undefined; data: string; places: ReadonlyMap<string, string> },
): string[] {
  const { mount, data, places } = found;
  const missing = node.declared.mounts.filter(({ type, target }) =>
    type !== "tmpfs" && !mounts.some((one) => one.target === target)
  );
  const wrong = missing.map(({ target }) => `the engine mounts nothing onto ${target}`);
  if (!mount) return wrong;
  const mounted = deepest(mounts, data);
  if (mounted?.target !== mount.target) {
    wrong.push(`the engine has ${data} on ${mounted?.target ?? "the container's own layer"}`);
  } else if (mounted.readOnly) wrong.push(`the engine mounted ${mount.target} read-only`);
  for (const [path, place] of places) {
    if (place !== mount.target) wrong.push(`${path} really lies on ${place}`);
  }
  return wrong;
}

/**
 * The mount points that the kernel knows for the data and the WAL: either may be a link to somewhere
 * else. `df -P` is in POSIX; its last column is the mount point.
 */
async function mountPoints(
  node: Node,
  data: string,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const paths = [data, `${data}/pg_wal`];
  const ran = await node.exec!(["df", "-P", ...paths], signal);
  const lines = ran.output.trim().split("\n").slice(1);
  if (ran.status !== 0 || lines.length !== paths.length) {
    const said = ran.errors.trim() || ran.output.trim();
    throw new NodeError(`Cannot see where the data of ${node.name} lie: df: ${said}`);
  }
  return new Map(lines.map((line, index) => [paths[index]!, line.trim().split(/\s+/).at(-1)!]));
}
