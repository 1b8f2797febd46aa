/**
 * Set-full: elements are added to a set, reads show all of it or a window, on any node. Each element
 * on each node has a life: missing, present, and that is all. Everything else has a name:
 *
 *     lost          acknowledged, and gone from where it was seen, or missing in the end
 *     vanished      not acknowledged, but seen, and gone again
 *     resurrected   gone, and back
 *     phantom       seen, though never added, refused, or only added later
 *     duplicated    twice in one read
 *
 * An acknowledged element that a read lacks is a stale read: no anomaly, but measured. Names and
 * method are those of Jepsen's set-full (jepsen/src/jepsen/checker.clj), per node.
 *
 * @module
 */
import { ending, type History, micro } from "./history.ts";
import { type Quantiles, quantilesOf } from "./quantiles.ts";
import { Anomalies, describeOperation, timeOf, type Verdict } from "./verdict.ts";

/** How to read the history. */
export interface SetOptions {
  /**
   * True when the last read of each node was made after it had caught up: what is acknowledged and
   * still missing then is lost. Default: it may be late.
   */
  final?: boolean;
}

/** The verdict, and how long acknowledged elements were missing, by node, in milliseconds. */
export interface SetVerdict extends Verdict {
  stale: Record<string, Quantiles>;
}

/** An element's life on one node. */
const life = { missing: 0, present: 1, gone: 2 } as const;

/** The largest range of elements; they are indexes of arrays. */
const rangeMax = 50_000_000;

/** What is known of each element on one node; indexes are elements less the smallest. */
interface Lives {
  state: Uint8Array;
  /** The last read that had it, and the last that had not; row + 1, 0 is none. */
  presentRow: Uint32Array;
  absentRow: Uint32Array;
}

/**
 * Judges every read of a set, which is the lists of one key.
 * @throws {RangeError} when elements are no whole numbers of a range of 50 million.
 */
export function checkSet(history: History, options: SetOptions = {}): SetVerdict {
  return new SetCheck(history, options).verdict();
}

class SetCheck {
  readonly #history: History;
  readonly #isFinal: boolean;
  readonly #anomalies = new Anomalies();
  readonly #counts = { added: 0, acknowledged: 0, reads: 0, unread: 0 };
  #least = 0;
  /** Row + 1 of each element's add; 0: never added. */
  #addRow = new Uint32Array(0);
  /** Row + 1 of the last read that had it, to know a second time. */
  #stamp = new Uint32Array(0);
  readonly #lives: (Lives | undefined)[] = [];

  constructor(history: History, options: SetOptions) {
    this.#history = history;
    this.#isFinal = options.final ?? false;
    this.#readAdds();
    const { ending: endings, kind } = history.columns;
    for (let row = 0; row < history.length; row++) {
      if (endings[row] !== ending.ok) continue;
      for (let slot = history.start(row); slot < history.stop(row); slot++) {
        if (kind[slot] === micro.list) this.#read(row, slot);
      }
    }
  }

  #readAdds(): void {
    const history = this.#history;
    const { ending: endings, kind, value } = history.columns;
    let [least, most] = [Infinity, -Infinity];
    const eachAdd = (take: (element: number, row: number) => void) => {
      for (let row = 0; row < history.length; row++) {
        for (let slot = history.start(row); slot < history.stop(row); slot++) {
          const isAdd = kind[slot] === micro.append || kind[slot] === micro.write;
          if (isAdd) take(value[slot]!, row);
        }
      }
    };
    eachAdd((element, row) => {
      least = Math.min(least, element);
      most = Math.max(most, element);
      this.#counts.added++;
      if (endings[row] === ending.ok) this.#counts.acknowledged++;
    });
    if (this.#counts.added === 0) return;
    if (!Number.isInteger(least) || !(most - least < rangeMax)) {
      throw new RangeError(`Cannot check a set of elements from ${least} to ${most}`);
    }
    this.#least = least;
    this.#addRow = new Uint32Array(most - least + 1);
    this.#stamp = new Uint32Array(most - least + 1);
    eachAdd((element, row) => this.#addRow[element - least] = row + 1);
  }

  #livesOf(node: number): Lives {
    return this.#lives[node] ??= {
      state: new Uint8Array(this.#addRow.length),
      presentRow: new Uint32Array(this.#addRow.length),
      absentRow: new Uint32Array(this.#addRow.length),
    };
  }

  #read(row: number, slot: number): void {
    const { node, element, value, length, from, to } = this.#history.columns;
    this.#counts.reads++;
    const lives = this.#livesOf(node[row]!);
    const first = Number.isNaN(value[slot]) ? 0 : value[slot]!;
    for (let at = first; at < first + length[slot]!; at++) this.#present(row, element[at]!, lives);
    // Every element of the window that the read did not have.
    const low = Math.max(0, from[slot]! + 1 - this.#least);
    const high = Math.min(this.#addRow.length - 1, to[slot]! - this.#least);
    const [addRow, stamp] = [this.#addRow, this.#stamp];
    for (let at = low; at <= high; at++) {
      if (addRow[at] !== 0 && stamp[at] !== row + 1) this.#absent(row, at, lives);
    }
  }

  #present(row: number, element: number, lives: Lives): void {
    const history = this.#history;
    const { ending: endings, invokedAt, endedAt } = history.columns;
    const at = element - this.#least;
    const added = this.#addRow[at] ?? 0;
    const say = (name: string, why: string) =>
      this.#anomalies.add(name, () => [
        why,
        `element ${element} in a read by client ${history.columns.process[row]} on ` +
        `${history.nodeOf(row)} at ${timeOf(history, endedAt[row]!)}`,
        ...(added ? [describeOperation(history, added - 1)] : []),
      ]);
    if (added === 0) return say("phantom", `element ${element} was never added`);
    if (endings[added - 1] === ending.fail) say("phantom", `element ${element} was refused`);
    if (endedAt[row]! < invokedAt[added - 1]!) {
      say("phantom", `element ${element} was seen before it was added`);
    }
    if (this.#stamp[at] === row + 1) return say("duplicated", `element ${element} is there twice`);
    this.#stamp[at] = row + 1;
    if (lives.state[at] === life.gone) this.#tell("resurrected", at, lives, row);
    lives.state[at] = life.present;
    lives.presentRow[at] = row + 1;
  }

  #absent(row: number, at: number, lives: Lives): void {
    const { invokedAt, endedAt } = this.#history.columns;
    if (lives.state[at] === life.present) {
      // Reads of several clients overlap: only one that began after the other ended proves it.
      if (invokedAt[row]! < endedAt[lives.presentRow[at]! - 1]!) return;
      lives.state[at] = life.gone;
    }
    lives.absentRow[at] = row + 1;
  }

  /** An element that was seen, then missed, and by `row`, if given, seen again. */
  #tell(name: string, at: number, lives: Lives, row?: number): void {
    const history = this.#history;
    const element = at + this.#least;
    const [present, absent] = [lives.presentRow[at]! - 1, lives.absentRow[at]! - 1];
    const { endedAt, invokedAt } = history.columns;
    this.#anomalies.add(name, () => [
      `element ${element} on ${history.nodeOf(absent)}`,
      describeOperation(history, this.#addRow[at]! - 1),
      ...(present >= 0 ? [`seen at ${timeOf(history, endedAt[present]!)}`] : []),
      `missing at ${timeOf(history, invokedAt[absent]!)}`,
      ...(row === undefined ? [] : [`seen again at ${timeOf(history, endedAt[row]!)}`]),
    ]);
  }

  /** What became of every element on every node. */
  verdict(): SetVerdict {
    const history = this.#history;
    const { ending: endings, invokedAt, endedAt } = history.columns;
    const stale: Record<string, Quantiles> = {};
    const isRead = new Uint8Array(this.#addRow.length);
    this.#lives.forEach((lives, node) => {
      if (!lives) return;
      const missing: number[] = [];
      for (let at = 0; at < this.#addRow.length; at++) {
        const added = this.#addRow[at]! - 1;
        if (added < 0) continue;
        const isAcknowledged = endings[added] === ending.ok;
        const absent = lives.absentRow[at]! - 1;
        if (lives.state[at] === life.present) isRead[at] = 1;
        if (lives.state[at] === life.gone) {
          this.#tell(isAcknowledged ? "lost" : "vanished", at, lives);
        } else if (absent >= 0 && isAcknowledged && invokedAt[absent]! >= endedAt[added]!) {
          missing.push(invokedAt[absent]! - endedAt[added]!);
          if (lives.state[at] === life.missing && this.#isFinal) this.#tell("lost", at, lives);
        }
      }
      const quantiles = quantilesOf(missing);
      if (quantiles) stale[history.nodeNames[node]!] = quantiles;
    });
    this.#addRow.forEach((added, at) => {
      if (added && !isRead[at] && endings[added - 1] === ending.ok) this.#counts.unread++;
    });
    const seen = Math.min(this.#counts.reads, this.#counts.acknowledged);
    return { ...this.#anomalies.verdict(seen, this.#counts), stale };
  }
}
