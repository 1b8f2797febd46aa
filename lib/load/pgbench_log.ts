/**
 * What pgbench writes while it runs: a line of progress every second, and a line of its log for each
 * transaction.
 * Source: https://www.postgresql.org/docs/current/pgbench.html (-P, and Per-Transaction Logging)
 *
 * @module
 */
import { ColumnLedger } from "./ledger.ts";

/** What a line of progress says of the time since the one before. */
export interface Progress {
  /** Seconds since it began. */
  at: number;
  perSecond: number;
}

/** Reads `progress: 2.0 s, 199.0 tps, lat 0.512 ms stddev 0.2, 0 failed`; undefined: another line. */
export function readProgress(line: string): Progress | undefined {
  const [, at, perSecond] = /^progress: ([\d.]+) s, ([\d.]+) tps,/.exec(line) ?? [];
  return at === undefined ? undefined : { at: Number(at), perSecond: Number(perSecond) };
}

/** One transaction. Times are milliseconds, `endedAt` on the clock of `performance.now()`. */
interface Transaction {
  client: number;
  endedAt: number;
  /** From when it was due; in a closed loop from its send. */
  latencyMs: number;
  lagMs: number;
  isAcknowledged: boolean;
}

/**
 * Reads `client transaction time script epoch-seconds microseconds [lag [retries]]`. The lag is there
 * with a rate only; a transaction that failed has a word instead of its time. Undefined for a line
 * that is cut short.
 */
function readTransaction(line: string, hasRate: boolean, wallAtZeroMs: number) {
  const fields = line.trim().split(/\s+/);
  if (fields.length < (hasRate ? 7 : 6)) return undefined;
  const [client, , time, , seconds, micros, lag] = fields;
  const isAcknowledged = /^\d+(\.\d+)?$/.test(time!);
  const endedAt = Number(seconds) * 1000 + Number(micros) / 1000 - wallAtZeroMs;
  const numbers = [Number(client), endedAt, hasRate ? Number(lag) : 0];
  if (numbers.some(Number.isNaN)) return undefined;
  return {
    client: numbers[0]!,
    endedAt,
    latencyMs: isAcknowledged ? Number(time) / 1000 : 0,
    lagMs: hasRate ? numbers[2]! / 1000 : 0,
    isAcknowledged,
  } satisfies Transaction;
}

/** How logs are to be read. */
export interface LogOptions {
  /** With a rate there is a schedule, and what is late by it. */
  hasRate: boolean;
  /** Wall-clock time, in milliseconds, at which `performance.now()` is 0. */
  wallAtZeroMs: number;
  node: string;
}

/** The transactions of all logs as a ledger, in order of completion. They have numbers, but no rows. */
export function ledgerOfLogs(texts: readonly string[], options: LogOptions): ColumnLedger {
  const { hasRate, wallAtZeroMs, node } = options;
  const all = texts.flatMap((text) => text.split("\n"))
    .map((line) => readTransaction(line, hasRate, wallAtZeroMs))
    .filter((each) => each !== undefined)
    .sort((a, b) => a.endedAt - b.endedAt);
  const ledger = new ColumnLedger((n) => all[n - 1]!.endedAt - all[n - 1]!.latencyMs);
  all.forEach(({ client, endedAt, latencyMs, lagMs, isAcknowledged }, index) =>
    ledger.add({
      n: index + 1,
      sentAt: endedAt - latencyMs + lagMs,
      endedAt,
      fate: isAcknowledged ? "acknowledged" : "refused",
      code: isAcknowledged ? "" : "failed",
      node,
      client,
    })
  );
  return ledger;
}
