/**
 * What a checker finds: how much it looked at, and each kind of anomaly with how often it occurred
 * and its smallest witness, in words.
 *
 * @module
 */
import type { History } from "./history.ts";
import { ending, micro } from "./history.ts";

/** One kind of anomaly. */
export interface Anomaly {
  /** The field's name for it: `lost`, `G1a`, `G-single`, ... */
  name: string;
  /** How many of them there are. */
  times: number;
  /** The smallest one, a sentence a line. */
  witness: string[];
}

/** What a checker says of a history. */
export interface Verdict {
  /** Undefined: nothing was there that could have been wrong. Never a pass. */
  valid: boolean | undefined;
  /** What it looked at. */
  counts: Record<string, number>;
  anomalies: Anomaly[];
}

/** Gathers anomalies; of each kind it keeps the smallest. */
export class Anomalies {
  readonly #found = new Map<string, { times: number; size: number; witness: () => string[] }>();

  /** Adds one; `size` says which witness is easier to read, the first of equals is kept. */
  add(name: string, witness: () => string[], size = 1): void {
    const found = this.#found.get(name);
    if (!found) this.#found.set(name, { times: 1, size, witness });
    else {
      found.times++;
      if (size < found.size) Object.assign(found, { size, witness });
    }
  }

  /** The verdict; `seen` is how many things could have been wrong. */
  verdict(seen: number, counts: Record<string, number>): Verdict {
    const anomalies = [...this.#found].map(([name, { times, witness }]) => ({
      name,
      times,
      witness: witness(),
    }));
    const valid = anomalies.length > 0 ? false : seen > 0 ? true : undefined;
    return { valid, counts, anomalies };
  }
}

/** How many elements of a list are shown. */
const shownElements = 12;

/** `1.204s`: since the history began. */
export function timeOf(history: History, at: number): string {
  const { startedAt = history.columns.invokedAt[0] ?? 0 } = history;
  return Number.isFinite(at) ? `${((at - startedAt) / 1000).toFixed(3)}s` : "never";
}

/** `client 3 on replica1, 1.204s to 1.206s: read 2 = 5, append 7 to 3`. */
export function describeOperation(history: History, row: number): string {
  const { process, invokedAt, endedAt, ending: endings } = history.columns;
  const parts: string[] = [];
  for (let slot = history.start(row); slot < history.stop(row); slot++) {
    parts.push(describeMicro(history, row, slot));
  }
  const how = endings[row] === ending.ok
    ? ""
    : endings[row] === ending.fail
    ? " (refused)"
    : " (without a clear answer)";
  return `client ${process[row]} on ${history.nodeOf(row)}, ` +
    `${timeOf(history, invokedAt[row]!)} to ${timeOf(history, endedAt[row]!)}: ` +
    parts.join(", ") + how;
}

function describeMicro(history: History, row: number, slot: number): string {
  const { kind, key, value, length, element, ending: endings } = history.columns;
  const name = key[slot];
  if (kind[slot] === micro.append) return `append ${value[slot]} to ${name}`;
  if (kind[slot] === micro.add) return `add ${value[slot]} to ${name}`;
  if (kind[slot] === micro.write) return `write ${value[slot]} to ${name}`;
  if (endings[row] !== ending.ok) return `read ${name}`;
  if (kind[slot] === micro.read) {
    return `read ${name} = ${Number.isNaN(value[slot]) ? "nothing" : value[slot]}`;
  }
  const from = Number.isNaN(value[slot]) ? 0 : value[slot]!;
  return `read ${name} = ${showList(element.subarray(from, from + length[slot]!))}`;
}

/** `[1 2 3]`; of a long list the end. */
export function showList(elements: ArrayLike<number>): string {
  const all = Array.from(elements);
  const cut = all.length - shownElements;
  return cut > 0 ? `[... ${all.slice(cut).join(" ")}]` : `[${all.join(" ")}]`;
}
