/**
 * `monotonic_reads`: what a session has read it does not un-read. Judged of every session over all
 * the nodes, as one that a balancer leads around sees it; or, `per: node`, of each node for itself,
 * as a session sees it that stays where it is.
 *
 * The clients of the load `of` record what they read; lib/history/monotonic_reads.ts judges it.
 *
 * @module
 */
import { z } from "zod";
import type { History } from "../history/history.ts";
import { checkMonotonicReads } from "../history/monotonic_reads.ts";
import { readsOn } from "../history/reads_on.ts";
import { recordedLoad as recordedName } from "../scenario/words.ts";
import { count } from "./finding.ts";
import { defineFact, type Look } from "./kind.ts";
import {
  anomaliesText,
  historyEvidence,
  leastSeen,
  little,
  recordedLoad,
  tooLittle,
  witnessesOf,
} from "./recorded.ts";

/** The fact. */
export const monotonic_reads = defineFact({
  name: "monotonic_reads",
  summary: "No session of a load un-reads what it has read on these nodes",
  words: {
    of: recordedName("sessions").describe("the load; its workload records a history"),
    per: z.enum(["session", "node"]).optional().describe(
      "session: whichever node answers; node: on each node for itself; default session",
    ),
  },
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: undefined,
  look(scene, { nodes, words }) {
    const where = words.per === "node" ? "on each node" : "on any node";
    const expected = `no session of ${words.of} reads backwards ${where}`;
    const asked = recordedLoad(scene, words.of, expected);
    if ("holds" in asked) return Promise.resolve(asked);
    const blind = tooLittle(asked, { nodes, expected });
    if (blind) return Promise.resolve(blind);
    const names = nodes.map(({ name }) => name);
    const groups = words.per === "node" ? names.map((name) => [name]) : [names];
    const { history } = asked.recording;
    const looks = groups.map((group) => ({ group, ...judge(history, group) }));
    const evidence = [historyEvidence(asked), ...looks.flatMap((look) => witnessesOf(look))];
    const wrong = looks.filter(({ anomalies }) => anomalies.length > 0);
    const found = { code: "ReadBackwards", expected, evidence };
    if (wrong.length > 0) {
      const seen = wrong.map((each) => anomaliesText(each, say)).join("; ");
      return Promise.resolve({ ...found, holds: false, final: true, seen });
    }
    const poor = looks.find(({ counts }) => counts.compared! < leastSeen);
    if (poor) {
      const seen = `${count(poor.counts.compared!, "read")} of a value that was read before on ` +
        `${poor.group.join(", ")}, ${leastSeen} are needed`;
      return Promise.resolve(little(asked.load, expected, seen));
    }
    const compared = looks.reduce((sum, { counts }) => sum + counts.compared!, 0);
    const look: Look = { ...found, holds: true, seen: `${compared} reads, none of them backwards` };
    return Promise.resolve(look);
  },
});

function judge(history: History, nodes: readonly string[]) {
  return checkMonotonicReads(readsOn(history, nodes));
}

function say(name: string): string {
  return name === "backwards" ? "a node went back" : "a session went back from node to node";
}
