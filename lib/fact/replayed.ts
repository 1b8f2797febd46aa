/**
 * `replayed`: a position in the WAL, by default that of the last write, is applied on every node.
 * A primary counts when its own WAL has reached it. Positions of two timelines are not told apart.
 *
 * @module
 */
import { z } from "zod";
import { ref } from "../scenario/words.ts";
import { count, findEach, lookOf, undecidable, unseen } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { describePosition, normalLsn, positionOf } from "./position.ts";

const lsnText = z.string().regex(/^[0-9A-Fa-f]{1,8}\/[0-9A-Fa-f]{1,8}$/, {
  error: "expected an LSN, like 0/3000148",
});

/** The fact. */
export const replayed = defineFact({
  name: "replayed",
  summary: "Each node has replayed an LSN, by default that of the scenario's last write",
  words: { lsn: z.union([ref, lsnText]).optional().describe("default: the last write's LSN") },
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: "replicas",
  async look(scene, { nodes, words, signal }) {
    const given = words.lsn ?? scene.lastWrite?.lsn;
    if (given === undefined) {
      return unseen("NoWrite", "the last write replayed", "the scenario has written nothing yet");
    }
    if (!lsnText.safeParse(given).success) {
      return undecidable("NoLsn", "an LSN to wait for", `${JSON.stringify(given)} is not an LSN`);
    }
    const lsn = normalLsn(String(given));
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const position = await positionOf(scene, node, { lsn, signal: limit });
      return {
        holds: position.missingBytes === 0,
        code: "NotReplayed",
        seen: describePosition(position, lsn),
        kind: "lsn",
        data: { lsn, ...position },
      };
    });
    return lookOf(findings, `${lsn} replayed on ${count(nodes.length, "node")}`);
  },
});
