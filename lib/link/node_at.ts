/**
 * Which node an address leads to.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";

const loopback = ["localhost", "127.0.0.1", "::1"];

/** The node behind a host and port, as other nodes or the harness reach it. */
export function nodeAt(
  nodes: readonly Node[],
  host: string | null,
  port: number | null,
): Node | undefined {
  if (host === null || port === null) return undefined;
  const isHost = (other: string) =>
    other.toLowerCase() === host.toLowerCase() ||
    (loopback.includes(other) && loopback.includes(host));
  // Where a certificate is compared with a node's name, that name is the host, wherever it leads.
  return nodes.find(({ name, peerAddress, address }) =>
    [peerAddress, address].some((each) => each.port === port && (isHost(each.host) || isHost(name)))
  );
}
