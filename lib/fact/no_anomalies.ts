/**
 * `no_anomalies`: what clients read can be explained. Of a `bank` load: every read of all accounts on
 * these nodes has the same sum, so nobody saw half of a transfer. Of a `list_append` load: there is an
 * order of the transactions, as the model wants it, in which everybody read what is before him.
 *
 * Models, from the strictest, and what each lets pass:
 *
 *     serializable                 nothing
 *     snapshot isolation           G2, write skew: what repeatable read is on one server
 *     parallel snapshot isolation  G-nonadjacent as well: the long fork between a primary and its
 *                                  replicas, see lib/history/long_fork.ts
 *
 * Source: https://www.postgresql.org/docs/current/transaction-iso.html
 *
 * @module
 */
import { z } from "zod";
import { checkBank } from "../history/bank.ts";
import { checkListAppend } from "../history/list_append.ts";
import { readsOn } from "../history/reads_on.ts";
import type { Verdict } from "../history/verdict.ts";
import { recordedLoad as recordedName } from "../scenario/words.ts";
import { accounts } from "../workload/bank.ts";
import type { Recording } from "../workload/model.ts";
import { defineFact } from "./kind.ts";
import {
  anomaliesText,
  historyEvidence,
  leastSeen,
  little,
  recordedLoad,
  tooLittle,
  witnessesOf,
} from "./recorded.ts";

/** The anomalies that a model lets pass. */
const allowed = {
  "serializable": [] as string[],
  "snapshot isolation": ["G2"],
  "parallel snapshot isolation": ["G2", "G-nonadjacent"],
};

type Model = keyof typeof allowed;

const models = Object.keys(allowed) as Model[];

/** The fact. */
export const no_anomalies = defineFact({
  name: "no_anomalies",
  summary:
    "What the clients of a load read on these nodes can be explained by some order of events",
  words: {
    of: recordedName("bank", "list_append").describe(
      "the load; its workload records a history",
    ),
    model: z.enum(models).optional().describe(
      "of list_append: how strictly; default snapshot isolation",
    ),
  },
  comparisons: [],
  needsComparison: false,
  operand: "value",
  defaultNode: undefined,
  look(scene, { nodes, words }) {
    const model = words.model ?? "snapshot isolation";
    const expected = `no anomaly in what clients of ${words.of} read`;
    const asked = recordedLoad(scene, words.of, expected);
    if ("holds" in asked) return Promise.resolve(asked);
    const blind = tooLittle(asked, { nodes, expected });
    if (blind) return Promise.resolve(blind);
    const names = nodes.map(({ name }) => name);
    const verdict = judge(asked.recording, names, model);
    const { anomalies, counts } = verdict;
    const evidence = [historyEvidence(asked), ...witnessesOf(verdict)];
    const found = { code: "Anomaly", expected, evidence };
    if (anomalies.length > 0) {
      const seen = anomaliesText(verdict, (name) => name);
      return Promise.resolve({ ...found, holds: false, final: true, seen });
    }
    const { acknowledged } = asked.load.ledger.counts();
    if (acknowledged < leastSeen) {
      const seen = `${acknowledged} acknowledged transactions, ${leastSeen} are needed`;
      return Promise.resolve(little(asked.load, expected, seen));
    }
    const seen = `${counts.reads} reads on ${names.join(", ")}, none of them an anomaly`;
    return Promise.resolve({ ...found, holds: true, seen });
  },
});

function judge({ kind, history }: Recording, nodes: readonly string[], model: Model): Verdict {
  const part = readsOn(history, nodes);
  if (kind === "bank") return checkBank(part, accounts);
  const { anomalies, ...verdict } = checkListAppend(part);
  return { ...verdict, anomalies: anomalies.filter(({ name }) => !allowed[model].includes(name)) };
}
