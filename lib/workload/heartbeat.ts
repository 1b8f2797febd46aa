/**
 * `heartbeat`: the probe of visibility. One client inserts a row per tick, one more for each reader
 * asks for the newest row every {@link pollMs} milliseconds. From both, on one clock, follows for
 * each tick and each reader an interval in which it became visible: see lib/history/visibility.ts.
 *
 * Beside it, every {@link sampleMs} milliseconds, what `pg_stat_replication` says of the same
 * replicas: it is measured and shown, and no verdict rests on it.
 *
 * @module
 */
import type { History } from "../history/history.ts";
import { visibilityOf } from "../history/visibility.ts";
import { measureOf, recordTime, timeHistogram } from "../load/measures.ts";
import type { Measure } from "../result/event.ts";
import type { Actor, Ground, WorkloadKind } from "./kind.ts";
import type { Recording } from "./model.ts";
import { readValue } from "./read_value.ts";

/**
 * In milliseconds: between two questions to a reader, which is the resolution of the probe, and
 * between two looks at pg_stat_replication. Asking more often costs the servers more than it tells:
 * docs/benchmarks.md.
 */
export const [pollMs, sampleMs] = [5, 50];

/** The one register. */
const key = 0;

/** The kind. */
export const heartbeat: WorkloadKind = {
  name: "heartbeat",
  summary: "a row per tick, and when each node shows it",
  isSingle: true,
  setup: (table) => `create table ${table} (tick bigint primary key)`,
  actors(ground) {
    const { table, readers } = ground;
    const state = { sent: 0, acknowledged: 0 };
    const writer: Actor = {
      intervalMs: 1000 / ground.ratePerSecond,
      next() {
        const tick = ++state.sent;
        return {
          ops: [{ f: "write", key, value: tick }],
          async perform(talk) {
            await talk.ask(`insert into ${table} values ($1)`, [tick]);
            state.acknowledged = tick;
            return [];
          },
        };
      },
    };
    return [writer, ...readers.map((name) => reader(ground, name, state)), sampler(ground)];
  },
  measures: (name, recording) => [
    ...delayMeasures(`${name}.visible_after`, recording.history),
    ...lagMeasures(name, recording),
  ],
};

/** Asks one node for the newest tick. */
function reader({ table }: Ground, name: string, state: { acknowledged: number }): Actor {
  let seen = 0;
  return {
    intervalMs: pollMs,
    lingers: () => seen < state.acknowledged,
    next: () => ({
      reader: name,
      ops: [{ f: "read", key }],
      async perform(talk) {
        const newest = await readValue(talk, `select max(tick) from ${table}`);
        seen = Math.max(seen, newest ?? 0);
        return [newest];
      },
    }),
  };
}

/** Replicas are known to their upstream by the names of their nodes, as the stack has it. */
function sampler({ readers, noteServerLag }: Ground): Actor {
  const sql = `select application_name, extract(epoch from replay_lag) * 1000
    from pg_stat_replication`;
  return {
    intervalMs: sampleMs,
    next: () => ({
      isAside: true,
      ops: [],
      async perform(talk) {
        for (const [name, ms] of await talk.ask(sql)) {
          if (readers.includes(String(name))) {
            noteServerLag(String(name), ms === null ? null : Number(ms));
          }
        }
        return [];
      },
    }),
  };
}

/**
 * From the send of a write to the first answer that shows it, by node: no write became visible later.
 * Its uncertainty is how much earlier it may have been, for 99 of 100 writes.
 */
function delayMeasures(name: string, history: History): Measure[] {
  return visibilityOf(history).flatMap(({ node, delays }) => {
    const [times, widths] = [timeHistogram(), timeHistogram()];
    for (const { low, high } of delays) {
      if (!Number.isFinite(high)) continue;
      recordTime(times, high);
      recordTime(widths, high - low);
    }
    const measure = measureOf(name, times);
    if (!measure) return [];
    return [{ ...measure, node, uncertainty: measureOf(name, widths)!.p99! }];
  });
}

/** NULL has a count of its own: it is neither 0 nor nothing. */
function lagMeasures(name: string, { serverLag }: Recording): Measure[] {
  return [...serverLag].flatMap(([node, { values, nulls }]) => {
    const times = timeHistogram();
    for (const ms of values) recordTime(times, ms);
    const measure = measureOf(`${name}.replay_lag`, times);
    const n = values.length + nulls;
    const none: Measure = {
      ...{ name: `${name}.replay_lag_null`, unit: "count", node },
      ...{ n, median: nulls, min: nulls, max: nulls },
    };
    return [...measure ? [{ ...measure, node }] : [], none];
  });
}
