/**
 * `log`: what a server wrote to its log since the scenario began, or since a named step. `matches`
 * needs one line that matches on every node, `lacks` needs that no line does.
 *
 * A log that is not there says nothing: `lacks` only holds for a log that has lines at all.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { NodeError } from "../cluster/model.ts";
import type { Comparison } from "../scenario/model.ts";
import { stepName } from "../scenario/words.ts";
import { count, type Finding, lookOf, undecidable, unseen } from "./finding.ts";
import { defineFact } from "./kind.ts";

/** How many lines are shown of each node. */
const linesShown = 5;

/** The fact. */
export const log = defineFact({
  name: "log",
  summary: "Each node's log has a line that `matches`, or `lacks` one, since the scenario began",
  words: { since: stepName.optional().describe("name of the step to look from") },
  comparisons: ["matches", "lacks"],
  needsComparison: true,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, compare, words, signal }) {
    const { since } = words;
    const expected = [
      compare.matches === undefined ? [] : [`a log line that matches /${compare.matches}/`],
      compare.lacks === undefined ? [] : [`no log line that matches /${compare.lacks}/`],
    ].flat().join(" and ");
    const marks = since === undefined ? scene.logStart : scene.stepLogs.get(since);
    if (!marks) return unseen("NoSuchStep", expected, `no step named "${since}" has run yet`);
    signal.throwIfAborted();
    const findings = await Promise.all(nodes.map((node) => {
      const mark = marks.get(node.name);
      if (mark === undefined) return unreadable(node, "nobody marked its log");
      return find(node, { compare, mark });
    }));
    if (findings.every((each) => each.code === "NoLog")) {
      return undecidable("NoLog", expected, lookOf(findings, "").seen);
    }
    return lookOf(findings, expected);
  },
});

async function find(
  node: Node,
  options: { compare: Comparison; mark: number },
): Promise<Finding> {
  const { compare: { matches, lacks }, mark } = options;
  let lines: string[];
  try {
    lines = await node.readLog(mark);
    if (lines.length === 0 && (await node.readLog(0, 1)).length === 0) {
      return unreadable(node, "it has no line at all");
    }
  } catch (error) {
    if (!(error instanceof NodeError || error instanceof Deno.errors.NotFound)) throw error;
    return unreadable(node, error.message);
  }
  const wanted = matching(lines, matches);
  const unwanted = matching(lines, lacks);
  const isWrong = unwanted.length > 0;
  const isMissing = matches !== undefined && wanted.length === 0;
  const found = isWrong ? unwanted : wanted;
  const shown = found.slice(0, linesShown);
  return {
    node,
    holds: !isWrong && !isMissing,
    // A line that was written stays written.
    ...(isWrong ? { final: true } : {}),
    code: isWrong ? "UnwantedLogLine" : "NoLogLine",
    seen: found.length > 0
      ? `logged ${JSON.stringify(found[0])}` +
        (found.length > 1 ? ` and ${count(found.length - 1, "line")} more` : "")
      : `logged nothing like that in ${count(lines.length, "line")}`,
    kind: "log",
    data: { lines: lines.length, matching: found.length },
    lines: shown,
  };
}

function matching(lines: readonly string[], pattern: string | undefined): string[] {
  if (pattern === undefined) return [];
  const expression = new RegExp(pattern);
  return lines.filter((line) => expression.test(line));
}

function unreadable(node: Node, why: string): Finding {
  const seen = `has a log that cannot be read: ${why}`;
  return { node, holds: undefined, code: "NoLog", seen, kind: "log" };
}
