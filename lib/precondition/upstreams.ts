/**
 * `upstreams`: every replica streams from the node it is declared to replicate from.
 *
 * @module
 */
import type { Broken, Precondition } from "./kind.ts";
import { isSet, type Sight } from "./sight.ts";

/** The precondition. */
export const upstreams: Precondition = {
  name: "upstreams",
  requirement: "every replica streams from the node that it is declared to replicate from",
  cause: "primary_conninfo leads elsewhere: another node, a published port, a load balancer",
  remedy: "compare the replica's primary_conninfo with REPLICATE_FROM, and read its log",
  settles: true,
  judge(sights, { change }) {
    return sights.filter(({ isReplica, role, node }) =>
      isReplica && role === "replica" && !isSet(change, "primary_conninfo", node)
    ).flatMap(wrongOf);
  },
};

function wrongOf({ node, upstream, receiver }: Sight): Broken[] {
  const due = `should receive from ${upstream ?? "nobody that is known"}`;
  if (!receiver) return [{ node, seen: `runs no WAL receiver, ${due}` }];
  const { host, port, status } = receiver;
  const from = receiver.node ?? `${host}:${port}, which is no node of the cluster`;
  const isRight = receiver.node === undefined ? receiver.isDeclared : receiver.node === upstream;
  if (!isRight) return [{ node, seen: `receives from ${from}, ${due}` }];
  return status === "streaming" ? [] : [{ node, seen: `has a WAL receiver that is ${status}` }];
}
