/**
 * A history: what clients asked of a cluster, when, and what they were told. The words are those of
 * Jepsen: an operation is invoked by a process and ends as `ok`, `fail` (it certainly did not happen)
 * or `info` (nobody knows; it may still happen later). A process has one operation at a time.
 *
 * Each operation is a list of micro-operations on keys:
 *
 *     append 7 to list 2 · write 7 to register 2 · add 7 to register 2 · read register 2 ·
 *     read list 2 (or a window of it)
 *
 * Kept by column, in order of invocation: a million operations cost some 60 MB. Checkers are pure
 * functions of a history; while it grows they judge what is there.
 *
 * @module
 */
import { columns } from "./column.ts";

/** A part of an operation. */
export type MicroOp =
  | { f: "append" | "write" | "add"; key: number; value: number }
  | { f: "read"; key: number }
  /** The list's elements above `from`, up to `to`; without them all of the list. */
  | { f: "list"; key: number; from?: number; to?: number };

/** What a micro-operation read: a register's value (null: nothing there), a list's elements. */
export type Reading = number | null | readonly number[] | undefined;

/** How an operation ended. */
export type Ending = "info" | "ok" | "fail";

/** The numbers that stand for micro-operations and endings in the columns. */
export const micro = { append: 0, write: 1, read: 2, list: 3, add: 4 } as const;
/** As {@link micro}; an operation that has not ended is `info`. */
export const ending = { info: 0, ok: 1, fail: 2 } as const;

/** What is known of an operation when it is invoked. */
export interface Invocation {
  /** The client, or session. */
  process: number;
  /** Name of the node it is sent to. */
  node: string;
  /** Milliseconds on a monotonic clock, the same for all operations. */
  at: number;
}

/** A history that grows. */
export class History {
  readonly #invokedAt = columns.float64();
  readonly #endedAt = columns.float64();
  readonly #processes = columns.uint32();
  readonly #nodes = columns.uint16();
  readonly #endings = columns.uint8();
  /** Where an operation's micro-operations begin; they end where the next one's begin. */
  readonly #starts = columns.uint32();
  readonly #kinds = columns.uint8();
  readonly #keys = columns.float64();
  /** Written or read value; of a list read, where its elements begin. NaN: nothing, or not known. */
  readonly #values = columns.float64();
  readonly #lengths = columns.uint32();
  readonly #froms = columns.float64();
  readonly #tos = columns.float64();
  readonly #elements = columns.float64();
  readonly #nodeNumbers = new Map<string, number>();
  /** Names of the nodes, by the numbers in the column. */
  readonly nodeNames: string[] = [];

  /** `startedAt`: when it began, on its clock; undefined: with its first operation. */
  constructor(readonly startedAt?: number) {}

  /** How many operations there are. */
  get length(): number {
    return this.#starts.length;
  }

  /**
   * Records that an operation is sent. Invocations come in order of time.
   * @returns its row, for {@link History.end}.
   * @throws {RangeError} when it is earlier than the one before.
   */
  begin({ process, node, at }: Invocation, operations: readonly MicroOp[]): number {
    const row = this.length;
    if (row > 0 && !(at >= this.#invokedAt.data[row - 1]!)) {
      throw new RangeError(`Cannot record an operation at ${at} ms: the one before is later`);
    }
    this.#invokedAt.push(at);
    this.#endedAt.push(Infinity);
    this.#processes.push(process);
    this.#nodes.push(this.#nodeNumber(node));
    this.#endings.push(ending.info);
    this.#starts.push(this.#kinds.length);
    for (const each of operations) {
      const isWrite = each.f !== "read" && each.f !== "list";
      this.#kinds.push(micro[each.f]);
      this.#keys.push(each.key);
      this.#values.push(isWrite ? each.value : NaN);
      this.#lengths.push(0);
      this.#froms.push(each.f === "list" ? each.from ?? -Infinity : NaN);
      this.#tos.push(each.f === "list" ? each.to ?? Infinity : NaN);
    }
    return row;
  }

  /**
   * Records how an operation ended. `readings` has a place for each of its micro-operations; those of
   * writes are not looked at.
   */
  end(row: number, how: Ending, at: number, readings: readonly Reading[] = []): void {
    this.#endings.data[row] = ending[how];
    this.#endedAt.data[row] = at;
    if (how !== "ok") return;
    const from = this.start(row);
    for (let index = 0; index < readings.length; index++) {
      const slot = from + index;
      const reading = readings[index];
      const kind = this.#kinds.data[slot];
      if (kind === micro.read) {
        this.#values.data[slot] = typeof reading === "number" ? reading : NaN;
      } else if (kind === micro.list && typeof reading === "object" && reading !== null) {
        this.#values.data[slot] = this.#elements.length;
        this.#lengths.data[slot] = reading.length;
        for (const element of reading) this.#elements.push(element);
      }
    }
  }

  #nodeNumber(name: string): number {
    let number = this.#nodeNumbers.get(name);
    if (number === undefined) {
      number = this.nodeNames.push(name) - 1;
      this.#nodeNumbers.set(name, number);
    }
    return number;
  }

  /** The columns as they are now; longer than the history, and stale once it grows. */
  get columns() {
    return {
      invokedAt: this.#invokedAt.data,
      endedAt: this.#endedAt.data,
      process: this.#processes.data,
      node: this.#nodes.data,
      ending: this.#endings.data,
      kind: this.#kinds.data,
      key: this.#keys.data,
      value: this.#values.data,
      length: this.#lengths.data,
      from: this.#froms.data,
      to: this.#tos.data,
      element: this.#elements.data,
    };
  }

  /** Where an operation's micro-operations begin. */
  start(row: number): number {
    return this.#starts.data[row]!;
  }

  /** Where an operation's micro-operations end, exclusive. */
  stop(row: number): number {
    return row + 1 < this.length ? this.#starts.data[row + 1]! : this.#kinds.length;
  }

  /** Name of the node an operation was sent to. */
  nodeOf(row: number): string {
    return this.nodeNames[this.#nodes.data[row]!]!;
  }
}
