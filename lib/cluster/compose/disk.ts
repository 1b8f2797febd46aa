/**
 * File systems of a node's own in Docker: volumes that are a tmpfs with a size. What is in one is gone
 * when no container uses it any more, so one that only sleeps holds those of each node: a server that
 * has no space ends, and its container with it.
 *
 * @module
 */
import { posix } from "node:path";
import { ContainerFiles } from "../../stack/container_files.ts";
import type { StackNode } from "../../stack/model.ts";
import { raced } from "../../time/sleep.ts";
import { type DiskPart, type Disks } from "../disk.ts";
import { NodeError } from "../model.ts";
import type { ComposeMount } from "./files.ts";
import type { ComposeNode } from "./node.ts";
import { waitUntilReady } from "./ready.ts";

/** Where a server that has them keeps its WAL, in its container. */
const walTarget = "/var/lib/pgproof-wal";

/** Where its data directory's mount is, if it is one that the run can make itself. */
function dataTarget(node: StackNode): string | undefined {
  const files = new ContainerFiles(node.mounts, node.environment.PGDATA);
  const { dataDirectory } = files;
  return node.mounts.filter(({ target, type }) =>
    type !== "tmpfs" && !posix.relative(target, dataDirectory).startsWith("..")
  ).toSorted((a, b) => b.target.length - a.target.length)[0]?.target;
}

/** Where the file system of a part is mounted in the node's container. */
export function diskTarget(node: StackNode, part: DiskPart): string {
  const target = part === "wal" ? walTarget : dataTarget(node);
  if (target !== undefined) return target;
  throw new NodeError(
    `Cannot give ${node.name} a disk of its own: its data directory is in no volume of the stack`,
    { node: node.name },
  );
}

/** What a node with such file systems mounts. */
export interface DiskMounts {
  mounts: ComposeMount[];
  /** All volumes among them. */
  volumes: string[];
  /** Those that end at a size. */
  bounded: string[];
}

/** Adds the volume of the WAL to what a node mounts, and says which volumes have a size. */
export function withDisks(
  node: StackNode,
  { mounts, volumes }: { mounts: ComposeMount[]; volumes: string[] },
  parts: readonly DiskPart[],
): DiskMounts {
  const wal = `${node.name}-wal`;
  const all = [...mounts, { type: "volume" as const, source: wal, target: walTarget }];
  const bounded = parts.map((part) => {
    const target = diskTarget(node, part);
    return all.find((mount) => mount.type === "volume" && mount.target === target)!.source!;
  });
  return { mounts: all, volumes: [...volumes, wal], bounded };
}

/**
 * Moves the WAL of those nodes of a running cluster where it can be filled apart from the data;
 * returns when all stream again.
 * @throws {NodeError}
 */
export async function settleDisks(
  nodes: readonly ComposeNode[],
  disks: Disks | undefined,
  signal: AbortSignal,
): Promise<void> {
  const concerned = nodes.filter(({ name }) => disks?.[name]);
  if (concerned.length === 0) return;
  await Promise.all(concerned.map(async (node) => {
    await hold(node, signal);
    await node.stop("fast", signal);
    await node.moveWal(signal);
    await node.start(signal);
  }));
  await waitUntilReady(nodes, signal);
}

/** Keeps the volumes of a node in use for as long as the cluster is. */
async function hold(node: ComposeNode, signal: AbortSignal): Promise<void> {
  const { client, image, labels } = node.common;
  signal.throwIfAborted();
  const container = await client.createContainer({
    Image: image,
    Entrypoint: ["sleep", "infinity"],
    Cmd: [],
    Labels: labels,
    Healthcheck: { Test: ["NONE"] },
    HostConfig: { NetworkMode: "none", VolumesFrom: [node.containerId] },
  });
  await raced(container.start(), signal);
}
