/**
 * `--keep`: whether the cluster of a case is left running, and what is said of one that is.
 *
 * @module
 */
import type { Cluster, Node } from "../cluster/model.ts";

/** What `--keep` takes. */
export const keepPolicies = ["never", "on-failure", "always"] as const;

/** One of them. */
export type KeepPolicy = typeof keepPolicies[number];

/** Whether a cluster stays, by how its case ended. */
export function isKept(policy: KeepPolicy, verdict: "passed" | "failed" | "error"): boolean {
  return policy === "always" || (policy === "on-failure" && verdict !== "passed");
}

/** What is said of a kept cluster, in lines: connection strings, and how to be rid of it. */
export function keptLines(cluster: Pick<Cluster, "nodes">): string[] {
  const width = Math.max(0, ...cluster.nodes.map(({ name }) => name.length));
  return [
    "its cluster is kept, nothing was undone; `deno run -A main.ts clean` removes it",
    ...cluster.nodes.map((node) => `${node.name.padEnd(width)}  ${psqlLine(node)}`),
  ];
}

/**
 * The command that connects to a node. The password is not in it: it would be masked in any output,
 * and it stands in the stack file.
 */
export function psqlLine({ address, declared }: Pick<Node, "address" | "declared">): string {
  const user = encodeURIComponent(declared.user);
  const database = encodeURIComponent(declared.database);
  return `psql postgresql://${user}@${address.host}:${address.port}/${database}`;
}
