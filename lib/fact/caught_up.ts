/**
 * `caught_up`: each replica has replayed all that the primary had flushed when the look began, and
 * goes on receiving. The primary is asked first, so a replica is never compared with less.
 *
 * @module
 */
import { findEach, lookOf, unseen } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { describePosition, describeRoles, flushedPosition, primaryPosition } from "./position.ts";

/** The fact. */
export const caught_up = defineFact({
  name: "caught_up",
  summary: "Each replica has replayed what the primary had flushed at this look, and receives more",
  words: {},
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: "replicas",
  async look(scene, { nodes, signal }) {
    const primary = await primaryPosition(scene, signal);
    if (!primary) {
      const seen = await describeRoles(scene, signal);
      return unseen("NoPrimary", "replicas caught up with the one live primary", seen);
    }
    const lsn = primary.flush;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const position = await flushedPosition(scene, node, { lsn, signal: limit });
      const isReceiving = !position.isStandby || position.receiver === "streaming";
      const isThere = position.missingBytes === 0;
      const receiver = position.receiver ?? "absent";
      // A replica that was promoted has left the primary behind, it has not caught up with it.
      const isSplit = !position.isStandby && node !== primary.node;
      return {
        holds: isThere && isReceiving && !isSplit,
        code: isSplit ? "NotReplica" : isThere ? "NotReceiving" : "Behind",
        seen: isSplit ? "is a primary of its own" : describePosition(position, lsn) +
          (isThere && !isReceiving ? `, but its WAL receiver is ${receiver}` : ""),
        kind: "lsn",
        data: { lsn, primary: primary.node.name, ...position },
      };
    });
    return lookOf(findings, `${primary.node.name}'s ${lsn} replayed, and receiving`);
  },
});
