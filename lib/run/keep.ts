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

/** Connection strings of a kept cluster, and how to be rid of it. */
export function keptText(cluster: Pick<Cluster, "nodes">, subject: string): string {
  const width = Math.max(0, ...cluster.nodes.map(({ name }) => name.length));
  return [
    `the cluster of ${subject} is kept; nothing was undone:`,
    ...cluster.nodes.map((node) => `  ${node.name.padEnd(width)}  ${psqlLine(node)}`),
    "remove it: deno run -A main.ts clean",
    "",
  ].join("\n");
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
