/**
 * `staleness`: how long after a write a node still answers without it, as a quantile over the ticks
 * of a `heartbeat` load. Each delay is known as an interval (lib/history/visibility.ts), and so is
 * the quantile: what a comparison cuts in two is not decided.
 *
 * While the load runs, a tick that a node does not show yet counts as soon as it is older than what
 * is asked; until then nobody can know. Once the load has ended all of them count. A node that
 * answers nothing shows nothing, neither old nor new: then the probe is blind.
 *
 * @module
 */
import { z } from "zod";
import type { Node } from "../cluster/model.ts";
import { ending, type History } from "../history/history.ts";
import { type QuantileName, quantileOf, quantileShares } from "../history/quantiles.ts";
import { type Delay, visibilityOf } from "../history/visibility.ts";
import type { Comparison } from "../scenario/model.ts";
import { recordedLoad as recordedName } from "../scenario/words.ts";
import { formatDuration } from "../time/duration.ts";
import type { ServerLag } from "../workload/model.ts";
import { type Finding, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { judgeBetween, quantityWords } from "./quantity.ts";
import {
  historyEvidence,
  leastSeen,
  little,
  type Recorded,
  recordedLoad,
  tooLittle,
} from "./recorded.ts";

/** A node that has answered nothing for so long is not seen, in milliseconds. */
const blindMs = 1000;

const quantiles = Object.keys(quantileShares) as QuantileName[];

/** So many writes that the quantile is another one than the largest, which is asked for as such. */
function leastWrites(quantile: QuantileName): number {
  const share = quantileShares[quantile];
  return share === 1 ? leastSeen : Math.max(leastSeen, Math.ceil(1 / (1 - share) - 1e-9));
}

/** The fact. */
export const staleness = defineFact({
  name: "staleness",
  summary: "How long after a write of a heartbeat each node still answers without it",
  words: {
    of: recordedName("heartbeat").describe("the load; its workload is heartbeat"),
    quantile: z.enum(quantiles).optional().describe("of all writes; default max"),
  },
  comparisons: quantityWords,
  needsComparison: true,
  operand: "duration",
  defaultNode: "replicas",
  look(scene, { nodes, words, compare }) {
    const quantile = words.quantile ?? "max";
    const { expected: limits } = judgeBetween(compare, { low: 0, high: 0 }, "duration");
    const expected = `${quantile} of staleness ${limits}`;
    const asked = recordedLoad(scene, words.of, expected);
    if ("holds" in asked) return Promise.resolve(asked);
    const blind = tooLittle(asked, { nodes, expected });
    if (blind) return Promise.resolve(blind);
    const { history } = asked.recording;
    const delays = new Map(visibilityOf(history).map((each) => [each.node, each.delays]));
    const findings: Finding[] = [];
    for (const node of nodes) {
      const known = judged(delays.get(node.name) ?? [], asked, compare);
      if (known.length < leastWrites(quantile)) {
        const seen = `${node.name} was looked at for ${known.length} writes, ` +
          `${leastWrites(quantile)} are needed for ${quantile}`;
        return Promise.resolve(little(asked.load, expected, seen));
      }
      findings.push(findingOf(node, { known, quantile, compare, asked }));
    }
    return Promise.resolve(lookOf(findings, expected, [historyEvidence(asked)]));
  },
});

/** The delays that count by now. */
function judged(delays: Delay[], { load }: Recorded, compare: Comparison): Delay[] {
  if (load.endedAt !== undefined) return delays;
  const limit = Math.max(...quantityWords.map((word) => Number(compare[word] ?? 0)));
  return delays.filter(({ low, high }) => Number.isFinite(high) || low > limit);
}

function findingOf(node: Node, on: {
  known: readonly Delay[];
  quantile: QuantileName;
  compare: Comparison;
  asked: Recorded;
}): Finding {
  const { known, quantile, compare, asked } = on;
  const { load, recording } = asked;
  const silentMs = (load.endedAt ?? performance.now()) - lastAnswer(recording.history, node.name);
  if (silentMs > blindMs) {
    const seen = `has answered nothing for ${formatDuration(silentMs)}`;
    return { node, holds: undefined, code: "ProbeBlind", kind: "lag", seen };
  }
  const [lows, highs] = [known.map(({ low }) => low), known.map(({ high }) => high)]
    .map((values) => Float64Array.from(values).sort()) as [Float64Array, Float64Array];
  const at = (name: QuantileName) => {
    const share = quantileShares[name];
    return { low: quantileOf(lows, share), high: quantileOf(highs, share) };
  };
  const { holds } = judgeBetween(compare, at(quantile), "duration");
  return {
    node,
    holds,
    code: holds === undefined ? "LagUndecided" : "Stale",
    kind: "lag",
    seen: `${quantile} ${between(at(quantile))}, of ${known.length} writes`,
    data: { writes: known.length, [quantile]: at(quantile), median: at("median"), max: at("max") },
    lines: [
      ...worst(known),
      probeLine(known, at("median")),
      ...serverLine(recording.serverLag, node),
    ],
    measured: [{
      unit: "ms",
      value: Number.isFinite(at(quantile).high) ? at(quantile).high : at(quantile).low,
    }],
  };
}

/** When a node last answered a read, on the history's clock. */
function lastAnswer(history: History, node: string): number {
  const { ending: endings, endedAt } = history.columns;
  for (let row = history.length - 1; row >= 0; row--) {
    if (endings[row] === ending.ok && history.nodeOf(row) === node) return endedAt[row]!;
  }
  return -Infinity;
}

function between({ low, high }: { low: number; high: number }): string {
  const [least, most] = [low, high].map((ms) => ms > 0 ? formatDuration(ms) : "0ms");
  return Number.isFinite(high) ? `between ${least} and ${most}` : `at least ${least}`;
}

/** The write that took longest for sure. */
function worst(known: readonly Delay[]): string[] {
  const [first] = known.toSorted((a, b) => b.low - a.low || b.high - a.high);
  return first ? [`the latest write was ${first.value}: visible ${between(first)} after it`] : [];
}

function probeLine(known: readonly Delay[], median: { low: number; high: number }): string {
  const windows = known.map(({ window }) => window).filter((ms) => Number.isFinite(ms));
  const sorted = Float64Array.from(windows).sort();
  const text = sorted.length > 0
    ? `the moment is known to ${formatDuration(quantileOf(sorted, 0.5))} (median), ` +
      `${formatDuration(quantileOf(sorted, 0.99))} (p99)`
    : "every first look showed it";
  return `the probe: median ${between(median)}; ${text}`;
}

function serverLine(serverLag: ReadonlyMap<string, ServerLag>, { name }: Node): string[] {
  const lag = serverLag.get(name);
  if (!lag) return [];
  const { values, nulls } = lag;
  const sorted = Float64Array.from(values).sort();
  const text = sorted.length > 0
    ? `median ${formatDuration(quantileOf(sorted, 0.5))}, max ${formatDuration(sorted.at(-1)!)}`
    : "never a value";
  return [`pg_stat_replication: replay_lag ${text}, NULL in ${nulls} of ${nulls + values.length}`];
}
