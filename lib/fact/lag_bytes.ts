/**
 * `lag_bytes`: WAL that the primary has flushed and a node has not replayed, in bytes. Exact by LSN;
 * the primary is asked first, so what it writes meanwhile is not counted.
 *
 * @module
 */
import { findEach, lookOf, unseen } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { causeOf, describeRoles, positionOf, primaryPosition } from "./position.ts";
import { judgeQuantity, quantityWords, showQuantity } from "./quantity.ts";

/** The fact. */
export const lag_bytes = defineFact({
  name: "lag_bytes",
  summary: "WAL that the live primary has flushed and each node has not replayed",
  words: {},
  comparisons: quantityWords,
  needsComparison: true,
  operand: "size",
  defaultNode: "replicas",
  async look(scene, { nodes, compare, signal }) {
    const { expected } = judgeQuantity(compare, 0, "size");
    const primary = await primaryPosition(scene, signal);
    if (!primary) return unseen("NoPrimary", expected, await describeRoles(scene, signal));
    const lsn = primary.flush;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const position = await positionOf(scene, node, { lsn, signal: limit });
      const lag = position.missingBytes;
      const cause = causeOf(position);
      return {
        holds: judgeQuantity(compare, lag, "size").holds,
        code: "Lag",
        seen: `is ${showQuantity("size", lag)} behind ${primary.node.name}` +
          (cause ? `: ${cause}` : ""),
        kind: "lsn",
        data: { primary: primary.node.name, lsn, ...position },
        measured: [{ unit: "bytes" as const, value: lag }],
      };
    });
    return lookOf(findings, expected);
  },
});
