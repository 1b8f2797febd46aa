/**
 * How much a page may hold: a file of many megabytes opens slowly and cannot be mailed. What comes
 * first, and that is what did not pass, is shown whole; what is left out says so.
 *
 * @module
 */
import type { Markup } from "./markup.ts";

/** Room for so many bytes of a kind, for the whole page. */
export class Room {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** What is made, if there is room for it. Once there was none nothing more is made. */
  take(make: () => Markup | undefined): Markup | undefined {
    if (this.#left < 0) return undefined;
    const made = make();
    this.#left -= made?.text.length ?? 0;
    return this.#left < 0 ? undefined : made;
  }

  /** Whether anything was left out. */
  get isFull(): boolean {
    return this.#left < 0;
  }
}

/** The rooms of one page. */
export interface Rooms {
  pictures: Room;
  /** Steps, measures, states and events of cases. */
  details: Room;
}

/** A page that holds the whole catalogue once, with all of its pictures, in about a megabyte. */
export function pageRooms(): Rooms {
  return { pictures: new Room(600_000), details: new Room(1_200_000) };
}
