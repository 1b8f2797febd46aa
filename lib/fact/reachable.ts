/**
 * `reachable`: a new connection is accepted and answers. Kept connections prove nothing about the
 * next client.
 *
 * @module
 */
import { loginOf } from "../cluster/observer.ts";
import { Session, SqlError } from "../sql/session.ts";
import { describeCode } from "../sql/condition.ts";
import { findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";

/** How long a new connection and its first answer may take together, in milliseconds. */
const attemptMs = 2000;

/** The fact. */
export const reachable = defineFact({
  name: "reachable",
  summary: "A new connection to each node is accepted and answers `select 1` (`is: false`: is not)",
  words: {},
  comparisons: ["is"],
  needsComparison: false,
  operand: "value",
  states: [true, false],
  defaultNode: "all",
  async look(_scene, { nodes, compare, signal }) {
    const wanted = compare.is ?? true;
    const findings = await findEach(nodes, signal, async (node) => {
      const why = await refusal(loginOf(node), signal);
      const isReachable = why === undefined;
      return {
        holds: isReachable === wanted,
        code: isReachable ? "Reachable" : "Unreachable",
        seen: isReachable ? "answers" : `does not answer: ${describeCode(why)}`,
        kind: "connection",
        data: { reachable: isReachable, ...(isReachable ? {} : { code: why }) },
      };
    });
    return lookOf(findings, wanted ? "a new connection that answers" : "no answer");
  },
});

/** Undefined when the server answered, else the code of the failure. */
async function refusal(
  login: Parameters<typeof Session.open>[0],
  signal: AbortSignal,
): Promise<string | undefined> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]);
  try {
    await using session = await Session.open(login, limit);
    await session.query("select 1", [], limit);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    // A server that turns the password down is there: that is no absence, and no answer either.
    if (error instanceof SqlError && error.isAbsence) return error.code;
    throw error;
  }
}
