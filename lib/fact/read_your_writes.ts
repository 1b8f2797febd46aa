/**
 * `read_your_writes`: a session that was told its write is done reads it, or a newer one, afterwards
 * on these nodes. On asynchronous replicas nobody promises that; on the primary, and on a synchronous
 * one with `synchronous_commit = remote_apply`, it holds.
 * Source: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT
 *
 * The clients of the load `of` record what they write and read; lib/history/read_your_writes.ts
 * judges it, on each node for itself.
 *
 * @module
 */
import { checkReadYourWrites } from "../history/read_your_writes.ts";
import { readsOn } from "../history/reads_on.ts";
import { recordedLoad as recordedName } from "../scenario/words.ts";
import { count, type Finding, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";
import {
  anomaliesText,
  historyEvidence,
  leastSeen,
  little,
  recordedLoad,
  tooLittle,
} from "./recorded.ts";

/** The fact. */
export const read_your_writes = defineFact({
  name: "read_your_writes",
  summary: "Every session of a load reads on these nodes what it was told is written",
  words: { of: recordedName("sessions").describe("the load; its workload records a history") },
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: undefined,
  look(scene, { nodes, words }) {
    const expected = `every session of ${words.of} reads its own writes`;
    const asked = recordedLoad(scene, words.of, expected);
    if ("holds" in asked) return Promise.resolve(asked);
    const blind = tooLittle(asked, { nodes, expected });
    if (blind) return Promise.resolve(blind);
    const looks = nodes.map((node) => {
      const verdict = checkReadYourWrites(readsOn(asked.recording.history, [node.name]));
      return { node, verdict, reads: verdict.counts.reads! };
    });
    const findings = looks.map(({ node, verdict, reads }): Finding => {
      const holds = verdict.anomalies.length === 0;
      return {
        node,
        holds,
        final: !holds,
        code: "MissedOwnWrite",
        kind: "history",
        seen: holds
          ? `showed every session its own writes, in ${count(reads, "read")}`
          : anomaliesText(verdict, () => `of ${reads} reads missed the session's own write`),
        lines: verdict.anomalies.flatMap(({ witness }) => witness),
        data: verdict.counts,
      };
    });
    const poor = looks.find(({ reads }) => reads < leastSeen);
    const look = lookOf(findings, expected, [historyEvidence(asked)]);
    if (look.holds && poor) {
      const seen = `${poor.node.name} answered ${count(poor.reads, "read")} of a session's own ` +
        `writes, ${leastSeen} are needed`;
      return Promise.resolve(little(asked.load, expected, seen));
    }
    return Promise.resolve(look);
  },
});
