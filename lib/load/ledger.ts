/**
 * The ledger's store: a few numbers for each operation, by column, so that a million operations
 * cost some 25 MB and no work for the garbage collector. Objects are made only for who reads them.
 *
 * @module
 */
import type { Fate, Ledger, Operation } from "./model.ts";

const fates: readonly Fate[] = ["acknowledged", "refused", "unknown"];

/** What a column starts with; it doubles when it is full. */
const rowsMin = 1024;

/** Texts that repeat, as small numbers. */
class Words {
  readonly #numbers = new Map<string, number>();
  readonly texts: string[] = [];

  number(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }
}

function grown<Column extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
  column: Column,
): Column {
  const larger = new (column.constructor as new (length: number) => Column)(column.length * 2);
  larger.set(column);
  return larger;
}

/** What became of one operation, ready to be recorded. */
export interface Entry {
  n: number;
  /** NaN: never sent. */
  sentAt: number;
  endedAt: number;
  fate: Fate;
  /** Empty: none. */
  code: string;
  node: string;
  /** -1: none. */
  client: number;
  /** Of a read. */
  value?: string | null;
}

/** The times of one operation; `sentAt` is NaN when it was never sent. */
export interface OperationTimes {
  scheduledAt: number;
  sentAt: number;
  endedAt: number;
  isAcknowledged: boolean;
  node: string;
}

/** A ledger that grows. Entries come in order of completion, so `endedAt` never falls. */
export class ColumnLedger implements Ledger {
  readonly #scheduledAt: (n: number, sentAt: number) => number;
  #ids = new Uint32Array(rowsMin);
  #sentAt = new Float64Array(rowsMin);
  #endedAt = new Float64Array(rowsMin);
  #fates = new Uint8Array(rowsMin);
  #codes = new Uint16Array(rowsMin);
  #nodes = new Uint16Array(rowsMin);
  #clients = new Uint16Array(rowsMin);
  /** By row; only reads have them. */
  readonly #values: (string | null | undefined)[] = [];
  readonly #words = new Words();
  readonly #counts = { acknowledged: 0, refused: 0, unknown: 0 };
  readonly #view: Operation[] = [];
  #neverSent = 0;
  /** Sent and not answered yet. */
  inFlight = 0;
  /** How many entries there are. */
  length = 0;

  /** `scheduledAt` says when an operation was due. */
  constructor(scheduledAt: (n: number, sentAt: number) => number) {
    this.#scheduledAt = scheduledAt;
  }

  /** Records one. */
  add(entry: Entry): void {
    const row = this.length;
    if (row === this.#ids.length) this.#grow();
    this.#ids[row] = entry.n;
    this.#sentAt[row] = entry.sentAt;
    this.#endedAt[row] = entry.endedAt;
    this.#fates[row] = fates.indexOf(entry.fate);
    this.#codes[row] = this.#words.number(entry.code);
    this.#nodes[row] = this.#words.number(entry.node);
    this.#clients[row] = entry.client + 1;
    if (entry.value !== undefined) this.#values[row] = entry.value;
    this.#counts[entry.fate]++;
    if (Number.isNaN(entry.sentAt)) this.#neverSent++;
    this.length++;
  }

  #grow(): void {
    this.#ids = grown(this.#ids);
    this.#sentAt = grown(this.#sentAt);
    this.#endedAt = grown(this.#endedAt);
    this.#fates = grown(this.#fates);
    this.#codes = grown(this.#codes);
    this.#nodes = grown(this.#nodes);
    this.#clients = grown(this.#clients);
  }

  /** Made when asked for, and kept: what is there already is not made twice. */
  get operations(): readonly Operation[] {
    for (let row = this.#view.length; row < this.length; row++) {
      const code = this.#words.texts[this.#codes[row]!]!;
      const value = this.#values[row];
      this.#view.push({
        n: this.#ids[row]!,
        scheduledAt: this.#scheduledAt(this.#ids[row]!, this.#sentAt[row]!),
        sentAt: this.#sentAt[row]!,
        endedAt: this.#endedAt[row]!,
        fate: fates[this.#fates[row]!]!,
        ...(code ? { code } : {}),
        node: this.#words.texts[this.#nodes[row]!]!,
        client: this.#clients[row]! - 1,
        ...(value !== undefined ? { value } : {}),
      });
    }
    return this.#view;
  }

  /** The `:n` of every operation with that fate. */
  ids(fate: Fate): Set<number> {
    const wanted = fates.indexOf(fate);
    const found = new Set<number>();
    for (let row = 0; row < this.length; row++) {
      if (this.#fates[row] === wanted) found.add(this.#ids[row]!);
    }
    return found;
  }

  /** How many were sent, with those in flight, and what became of how many. */
  counts(): { sent: number; acknowledged: number; refused: number; unknown: number } {
    return { sent: this.length - this.#neverSent + this.inFlight, ...this.#counts };
  }

  /** Acknowledged operations that ended after `from`, up to `to`. */
  acknowledgedBetween(from: number, to: number): number {
    let count = 0;
    for (let row = this.#firstAfter(from); row < this.length; row++) {
      if (this.#endedAt[row]! > to) break;
      if (this.#fates[row] === 0) count++;
    }
    return count;
  }

  /** The first row that ended after a time. */
  #firstAfter(time: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#endedAt[middle]! > time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The nodes that operations were sent to, in order of first use. */
  get nodes(): string[] {
    const numbers = new Set(this.#nodes.subarray(0, this.length));
    return [...numbers].map((number) => this.#words.texts[number]!).filter((name) => name !== "");
  }

  /** Shows the times of each operation, in order of completion, without making objects. */
  each(visit: (times: OperationTimes) => void): void {
    // One object for all: a million of them would cost more than what is done with them.
    const times = { scheduledAt: 0, sentAt: 0, endedAt: 0, isAcknowledged: false, node: "" };
    for (let row = 0; row < this.length; row++) {
      times.sentAt = this.#sentAt[row]!;
      times.scheduledAt = this.#scheduledAt(this.#ids[row]!, times.sentAt);
      times.endedAt = this.#endedAt[row]!;
      times.isAcknowledged = this.#fates[row] === 0;
      times.node = this.#words.texts[this.#nodes[row]!]!;
      visit(times);
    }
  }
}
