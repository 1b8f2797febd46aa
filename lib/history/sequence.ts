/**
 * Sequences: a value that was handed out is never handed out again, whatever crashed in between.
 * Gaps are allowed: a crash may skip up to 32 values and whatever was cached.
 * Source: SEQ_LOG_VALS in src/backend/commands/sequence.c.
 *
 * @module
 */
import { ending, type History, micro } from "./history.ts";
import { Anomalies, describeOperation, type Verdict } from "./verdict.ts";

/** Judges what `nextval` answered; a register read is one call, its key the sequence. */
export function checkSequence(history: History): Verdict {
  const { ending: endings, kind, key, value } = history.columns;
  const taken = new Map<number, Map<number, number>>();
  const anomalies = new Anomalies();
  const counts = { values: 0, sequences: 0 };
  for (let row = 0; row < history.length; row++) {
    if (endings[row] !== ending.ok) continue;
    for (let slot = history.start(row); slot < history.stop(row); slot++) {
      if (kind[slot] !== micro.read || Number.isNaN(value[slot])) continue;
      counts.values++;
      let rows = taken.get(key[slot]!);
      if (!rows) taken.set(key[slot]!, rows = new Map());
      const first = rows.get(value[slot]!);
      if (first === undefined) rows.set(value[slot]!, row);
      else {
        anomalies.add("repeated", () => [
          describeOperation(history, first),
          `again ${describeOperation(history, row)}`,
        ], row - first);
      }
    }
  }
  counts.sequences = taken.size;
  return anomalies.verdict(counts.values, counts);
}
