/**
 * Writes what happens to `events.ndjson` as it happens, one line an event, and hands it on to whoever
 * watches. Only complete lines are ever followed by others, so a run that was killed can be read up
 * to its last line.
 *
 *     emit ─> mask ─> add times ─> line in the file ─> subscribers, in the same order
 *
 * @module
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Emit, EventBody, RunEvent } from "./event.ts";
import { masker } from "./mask.ts";

/** Where the time of events comes from. */
export interface Clock {
  /** Monotonic, in milliseconds. */
  now(): number;
  /** Wall clock. */
  wall(): Date;
}

/** The clock of the machine. */
export const machineClock: Clock = { now: () => performance.now(), wall: () => new Date() };

/** How to open a sink. */
export interface EventSinkOptions {
  /** Texts that are never written. */
  secrets: readonly string[];
  /** When the run began, on the clock; by default now. */
  startedAt?: number;
  clock?: Clock;
}

/** Events could not be written, or a subscriber could not take them. */
export class EventSinkError extends Error {
  override name = "EventSinkError";
}

/** Takes the events of one run. */
export interface EventSink {
  /** Never throws; what goes wrong is said by `close`. Does nothing once closed. */
  readonly emit: Emit;
  /** Hands every further event to the listener, as it was written; returns how to stop that. */
  subscribe(listener: (event: RunEvent) => void): () => void;
  /**
   * Closes the file.
   * @throws {EventSinkError} the first time, when any event was not written or not taken.
   */
  close(): void;
}

/** Fields whose values are words of the format, and fields that hold data of any shape. */
const shape = {
  closed: ["type", "verdict", "change", "unit", "verb", "section", "kind", "roles"],
  open: ["combination", "objectives", "data"],
};

/**
 * Opens the file anew, with its folders.
 * @throws {EventSinkError} when it cannot be opened.
 */
export function openEventSink(path: string, options: EventSinkOptions): EventSink {
  return new FileSink(path, options);
}

class FileSink implements EventSink {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #mask: <T>(value: T) => T;
  readonly #listeners = new Set<(event: RunEvent) => void>();
  /** Events a subscriber caused while another was handed on. */
  readonly #waiting: EventBody[] = [];
  #isBusy = false;
  #isClosed = false;
  #writeFailure: unknown;
  #failure: EventSinkError | undefined;

  constructor(path: string, options: EventSinkOptions) {
    this.#path = path;
    this.#clock = options.clock ?? machineClock;
    this.#startedAt = options.startedAt ?? this.#clock.now();
    this.#mask = masker(options.secrets, shape);
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
    } catch (error) {
      throw this.#cannot("write", error);
    }
  }

  readonly emit = (body: EventBody): void => {
    if (this.#isClosed) return;
    this.#waiting.push(body);
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) this.#take(next);
    this.#isBusy = false;
  };

  subscribe(listener: (event: RunEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#file.close();
    if (this.#failure) throw this.#failure;
  }

  #take(body: EventBody): void {
    let event: RunEvent;
    try {
      event = this.#dated(body);
      this.#write(JSON.stringify(event) + "\n");
    } catch (error) {
      this.#failure ??= this.#cannot("record an event in", error);
      return;
    }
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#failure ??= this.#cannot("hand on an event of", error);
      }
    }
  }

  /** The event as a reader of the file will see it. */
  #dated(body: EventBody): RunEvent {
    const t = Math.round((this.#clock.now() - this.#startedAt) * 1000) / 1000;
    const at = this.#clock.wall().toISOString();
    const plain = JSON.parse(JSON.stringify(body, withBigints)) as EventBody;
    return { t, at, ...this.#mask(plain) };
  }

  /** After a failed write nothing more is written: a line cut short must stay the last. */
  #write(line: string): void {
    if (this.#writeFailure !== undefined) return;
    const bytes = new TextEncoder().encode(line);
    try {
      for (let done = 0; done < bytes.length;) {
        done += this.#file.writeSync(bytes.subarray(done));
      }
    } catch (error) {
      this.#writeFailure = error;
      this.#failure ??= this.#cannot("write", error);
    }
  }

  #cannot(verb: string, error: unknown): EventSinkError {
    const reason = error instanceof Error ? error.message : String(error);
    return new EventSinkError(`Cannot ${verb} ${this.#path}: ${reason}`, { cause: error });
  }
}

/** JSON has no bigints; as text they keep every digit. */
function withBigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
