/**
 * Read your writes: a session that was told its write is done reads it, or a newer one, afterwards,
 * whichever node answers. Writes without a clear answer promise nothing.
 *
 * @module
 */
import { ending, type History, micro } from "./history.ts";
import { Anomalies, describeOperation, type Verdict } from "./verdict.ts";

/** Judges every session's reads against the writes it was told are done. Values only grow. */
export function checkReadYourWrites(history: History): Verdict {
  const { ending: endings, process, kind, key, value } = history.columns;
  const sessions = new Map<number, Map<number, { value: number; row: number }>>();
  const anomalies = new Anomalies();
  const counts = { writes: 0, reads: 0, missed: 0 };
  for (let row = 0; row < history.length; row++) {
    if (endings[row] !== ending.ok) continue;
    let written = sessions.get(process[row]!);
    if (!written) sessions.set(process[row]!, written = new Map());
    for (let slot = history.start(row); slot < history.stop(row); slot++) {
      const own = written.get(key[slot]!);
      if (kind[slot] === micro.write) {
        counts.writes++;
        if (!own || value[slot]! > own.value) {
          written.set(key[slot]!, { value: value[slot]!, row });
        }
      } else if (kind[slot] === micro.read && own) {
        counts.reads++;
        if (value[slot]! >= own.value) continue;
        counts.missed++;
        anomalies.add("missed", () => [
          describeOperation(history, own.row),
          `then ${describeOperation(history, row)}`,
        ], row - own.row);
      }
    }
  }
  return anomalies.verdict(counts.reads, counts);
}
