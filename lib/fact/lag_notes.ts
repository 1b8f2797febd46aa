/**
 * Notes of where the primary was and when, and what they say of a replica's age. Times are
 * milliseconds on one monotonic clock.
 *
 * @module
 */
import { parseLsn } from "../sql/lsn.ts";

/** The primary's WAL ended at `lsn` at some moment between `from` and `to`. */
export interface Note {
  lsn: bigint;
  from: number;
  to: number;
}

/** Least and greatest value the truth may have, in milliseconds. */
export interface Bounds {
  low: number;
  high: number;
}

/** More than this and the oldest half is thinned out: the bounds get wider, never wrong. */
const notesMax = 4096;

/** The notes on one primary at a time. */
export class Notes {
  #primary: string | undefined;
  #notes: Note[] = [];

  /** Takes a note. Another primary writes another history, so its notes begin anew. */
  add(primary: string, note: Note): void {
    const last = this.#notes.at(-1);
    // A primary that lost its data begins anew as well.
    if (primary !== this.#primary || (last && note.lsn < last.lsn)) this.#notes = [];
    this.#primary = primary;
    this.#notes.push(note);
    if (this.#notes.length > notesMax) {
      const half = notesMax / 2;
      this.#notes = this.#notes.filter((_, index) => index >= half || index % 2 === 0);
    }
  }

  /**
   * How old a node is that had replayed up to `reached` when it answered, between `sentAt` and now:
   * at least as old as the first note beyond, at most as old as the last note it has.
   */
  age(reached: bigint, answer: { sentAt: number; now: number }): Bounds {
    const beyond = this.#notes.find((note) => note.lsn > reached);
    const within = this.#notes.findLast((note) => note.lsn <= reached);
    return {
      low: beyond ? Math.max(0, answer.sentAt - beyond.to) : 0,
      high: within ? answer.now - within.from : Infinity,
    };
  }

  /**
   * How long the newest note with that LSN took to be replayed: it was not at `unseenAt` (undefined:
   * it was at the first look), it was at `seenAt`.
   */
  delay(lsn: string, seen: { unseenAt: number | undefined; seenAt: number }): Bounds {
    const position = parseLsn(lsn);
    const note = this.#notes.findLast((each) => each.lsn === position) ?? this.#notes.at(-1)!;
    const low = seen.unseenAt === undefined ? 0 : Math.max(0, seen.unseenAt - note.to);
    return { low, high: Math.max(low, seen.seenAt - note.from) };
  }
}
