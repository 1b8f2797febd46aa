/**
 * What a load says about time, from its ledger. Latency counts from the schedule, so a stall of the
 * server is in it even for the operations that had to wait for a client; service time counts from
 * the send and leaves that out.
 *
 * Latency and service time are those of acknowledged operations: what is refused or unknown has no
 * answer to wait for, the counts tell of it.
 *
 * @module
 */
import { build, type Histogram } from "hdr-histogram-js";
import type { Measure } from "../result/event.ts";
import type { ColumnLedger, OperationTimes } from "./ledger.ts";

/** Times are kept in microseconds, three digits exact. */
const microseconds = 1000;

/** An empty histogram of times. */
export function timeHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000 * microseconds,
    autoResize: true,
    numberOfSignificantValueDigits: 3,
  });
}

/** Adds a time in milliseconds. */
export function recordTime(histogram: Histogram, ms: number): void {
  histogram.recordValue(Math.max(0, Math.round(ms * microseconds)));
}

/** A histogram as a measure; undefined when it is empty. */
export function measureOf(name: string, histogram: Histogram): Measure | undefined {
  const n = histogram.totalCount;
  if (n === 0) return undefined;
  const at = (percentile: number) => histogram.getValueAtPercentile(percentile) / microseconds;
  return {
    name,
    unit: "ms",
    n,
    median: at(50),
    min: at(0),
    max: histogram.maxValue / microseconds,
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
  };
}

/** What to measure, and from when to when. */
export interface LoadSpan {
  /** Name of the load; measures are named `orders.latency`. */
  load: string;
  /** In a closed loop there is no schedule that latency and slip could count from. */
  isClosed?: boolean;
  ledger: ColumnLedger;
  startedAt: number;
  endedAt: number;
  /** How late the generator's own timer fired, each time. */
  lateness: Histogram;
}

/** The times of operations, of a load as a whole or of those at one node. */
class Times {
  readonly latency = timeHistogram();
  readonly service = timeHistogram();
  readonly slip = timeHistogram();

  add({ scheduledAt, sentAt, endedAt, isAcknowledged }: OperationTimes): void {
    recordTime(this.slip, sentAt - scheduledAt);
    if (!isAcknowledged) return;
    recordTime(this.latency, endedAt - scheduledAt);
    recordTime(this.service, endedAt - sentAt);
  }
}

/**
 * `latency`, `service_time`, `schedule_slip` (the send, from the schedule: waiting for a free client
 * is in it), `generator_lateness` (how late the generator itself woke up: its p99 is the
 * uncertainty of latency and slip; when that is not small beside them, the generator was late and
 * not the database), `rate` (acknowledged per second, over whole seconds). A load that went to
 * several nodes says the times of each node as well. A closed loop has `service_time` and `rate`.
 */
export function loadMeasures(span: LoadSpan): Measure[] {
  const whole = new Times();
  const byNode = new Map(span.ledger.nodes.map((node) => [node, new Times()]));
  span.ledger.each((times) => {
    if (Number.isNaN(times.sentAt)) return;
    whole.add(times);
    byNode.get(times.node)?.add(times);
  });
  const name = (what: string) => `${span.load}.${what}`;
  const late = measureOf(name("generator_lateness"), span.lateness);
  const uncertain = (measure: Measure | undefined) =>
    measure && late ? { ...measure, uncertainty: late.p99! } : measure;
  const timesOf = ({ latency, service, slip }: Times) =>
    span.isClosed ? [measureOf(name("service_time"), service)] : [
      uncertain(measureOf(name("latency"), latency)),
      measureOf(name("service_time"), service),
      uncertain(measureOf(name("schedule_slip"), slip)),
    ];
  const ofNodes = [...byNode].flatMap(([node, times]) =>
    byNode.size < 2 ? [] : timesOf(times).map((measure) => measure && { ...measure, node })
  );
  return [...timesOf(whole), late, rateMeasure(name("rate"), span), ...ofNodes]
    .filter((measure) => measure !== undefined);
}

/** Acknowledged operations in each whole second; the only, partial one of a shorter load. */
function rateMeasure(name: string, { ledger, startedAt, endedAt }: LoadSpan): Measure {
  const seconds: number[] = [];
  for (let from = startedAt; from + 1000 <= endedAt; from += 1000) {
    seconds.push(ledger.acknowledgedBetween(from, from + 1000));
  }
  if (seconds.length === 0) {
    const lengthMs = Math.max(1, endedAt - startedAt);
    seconds.push(ledger.acknowledgedBetween(startedAt, endedAt) * 1000 / lengthMs);
  }
  seconds.sort((a, b) => a - b);
  const middle = seconds.length >> 1;
  const median = seconds.length % 2 === 1
    ? seconds[middle]!
    : (seconds[middle - 1]! + seconds[middle]!) / 2;
  return {
    name,
    unit: "per_second",
    n: seconds.length,
    median,
    min: seconds[0]!,
    max: seconds.at(-1)!,
  };
}
