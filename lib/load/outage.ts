/**
 * The longest time in which a load was not served, from its ledger: between two acknowledged
 * operations that follow each other, and before the first one.
 *
 *     acknowledged ─────── refused ... refused ─────── acknowledged
 *     └ from               └ refusedAt                 └ to
 *
 * That the server was down is only known between the first refusal and the last; it may have been
 * down a little longer, by no more than what is left to the acknowledged operations on both sides.
 *
 * @module
 */
import type { Ledger, Operation } from "./model.ts";

/** Times are milliseconds on the clock of `performance.now()`. */
export interface Outage {
  /** The answer of the last acknowledged operation before it, or the load's start. */
  from: number;
  /** The answer of the first acknowledged one after it; undefined: it goes on, as far as is known. */
  to: number | undefined;
  /** How long it lasted, so far: up to now, or to the end of the load. */
  ms: number;
  /** When the first operation in it was found refused or unknown; undefined: all only waited. */
  refusedAt: number | undefined;
  /** What became of the operations that ended in it. */
  refused: number;
  unknown: number;
  /** `:n` of the acknowledged operations on both sides. */
  before: number | undefined;
  after: number | undefined;
}

/** What is known of the load beside its ledger. */
export interface OutageSpan {
  startedAt: number;
  /** When the load was told to end; undefined while it runs. */
  endedAt: number | undefined;
  now: number;
  /**
   * When the last thing was done that may have interrupted it. Before an operation that was sent
   * later is acknowledged the interruption may not even have begun.
   */
  since: number;
}

/** A load that runs and had no answer for so long is not served now, in milliseconds. */
const silenceMs = 1000;

/** The longest outage; undefined when the load has no acknowledged operation. */
export function longestOutage(ledger: Ledger, span: OutageSpan): Outage | undefined {
  const { operations } = ledger;
  const acknowledged = operations.filter(({ fate }) => fate === "acknowledged");
  const last = acknowledged.at(-1);
  if (!last) return undefined;
  let longest = { before: undefined as Operation | undefined, after: acknowledged[0]! };
  acknowledged.forEach((after, index) => {
    const before = acknowledged[index - 1];
    if (!before) return;
    const from = longest.before?.endedAt ?? span.startedAt;
    if (after.endedAt - before.endedAt > longest.after.endedAt - from) longest = { before, after };
  });
  const from = longest.before?.endedAt ?? span.startedAt;
  const ms = longest.after.endedAt - from;
  const silence = Math.max(0, (span.endedAt ?? span.now) - last.endedAt);
  const isServed = acknowledged.some(({ sentAt }) => sentAt > span.since);
  const isSilent = silence > Math.max(ms, silenceMs) || isLost(operations, last);
  if (isServed && !isSilent) return outageOf(operations, { ...longest, from, ms });
  return silence >= ms
    ? outageOf(operations, { before: last, after: undefined, from: last.endedAt, ms: silence })
    : { ...outageOf(operations, { ...longest, from, ms }), to: undefined };
}

/**
 * Whether the load could not reach a server since its last acknowledged operation. One that was
 * sent and refused for what it says itself shows that there is a server.
 */
function isLost(operations: readonly Operation[], last: Operation): boolean {
  return operations.slice(operations.lastIndexOf(last) + 1).some(({ fate, sentAt }) =>
    fate === "unknown" || Number.isNaN(sentAt)
  );
}

function outageOf(operations: readonly Operation[], gap: {
  before: Operation | undefined;
  after: Operation | undefined;
  from: number;
  ms: number;
}): Outage {
  const { before, after, from, ms } = gap;
  const first = before === undefined ? 0 : operations.indexOf(before) + 1;
  const end = after === undefined ? operations.length : operations.indexOf(after);
  const within = operations.slice(first, end);
  const of = (wanted: Operation["fate"]) => within.filter(({ fate }) => fate === wanted).length;
  return {
    from,
    to: after?.endedAt,
    ms,
    refusedAt: within[0]?.endedAt,
    refused: of("refused"),
    unknown: of("unknown"),
    before: before?.n,
    after: after?.n,
  };
}
