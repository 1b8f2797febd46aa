/**
 * Who can reach the servers: tried by a container that is in a network of theirs, and by one that
 * is not.
 *
 * @module
 */
import { NodeError } from "../model.ts";
import type { Vantage } from "../inspection.ts";
import type Docker from "./docker.ts";
import { runHelper } from "./helper.ts";
import type { ComposeNode } from "./node.ts";

/** The network that every engine has, and no stack's container is in. */
const elsewhere = "bridge";

/**
 * pg_isready: 0 accepts connections, 1 refuses them for now, 2 does not answer.
 * Source: https://www.postgresql.org/docs/current/app-pg-isready.html
 */
const script = `
for host in $HOSTS; do
  (status=0; pg_isready -q -t 2 -h "$host" || status=$?; echo "$host $status") &
done
wait`;

/** What the probing containers are made of. */
export interface Prober {
  client: Docker;
  image: string;
  /** The engine's name of the network that the nodes share. */
  network: string;
  labels: Record<string, string>;
}

/**
 * The nodes whose servers answer a container that is where `from` says.
 * @throws {NodeError} when that could not be tried.
 */
export async function answering<N extends ComposeNode>(
  nodes: readonly N[],
  from: Vantage,
  prober: Prober,
  signal: AbortSignal,
): Promise<N[]> {
  const { client, image, network, labels } = prober;
  const hosts = await Promise.all(nodes.map(async (node) => {
    const { networks } = await node.inspect(signal);
    const address = networks.find(({ engineName }) => engineName === network)?.address;
    if (!address) throw new NodeError(`${node.name} has no address in ${network}`);
    return address;
  }));
  const lines = await runHelper(client, {
    image,
    script,
    environment: { HOSTS: hosts.join(" ") },
    network: from === "its network" ? network : elsewhere,
    labels,
  }, signal);
  return nodes.filter((_, index) => {
    const status = lines.find((line) => line.startsWith(`${hosts[index]} `))?.split(" ")[1];
    if (status === "0" || status === "1") return true;
    if (status === "2") return false;
    throw new NodeError(`Cannot try to reach the nodes from ${from}: ${lines.join("; ")}`);
  });
}
