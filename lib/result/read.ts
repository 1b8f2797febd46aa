/**
 * Reads `events.ndjson` back, also that of a run that was killed.
 *
 * @module
 */
import type { RunEvent } from "./event.ts";

/** A text is not what an event sink writes. */
export class EventsError extends Error {
  override name = "EventsError";
}

/**
 * The events of a file's text, in order. A last line that was cut short is left out.
 * @throws {EventsError} when another line is no event.
 */
export function readEvents(text: string): RunEvent[] {
  const lines = text.split("\n");
  const events: RunEvent[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    const isUnended = index === lines.length - 1;
    try {
      const event = JSON.parse(line);
      if (typeof event?.type !== "string") throw new SyntaxError("no type of event");
      events.push(event);
    } catch (error) {
      if (isUnended) break;
      const { message } = error as Error;
      throw new EventsError(`Cannot read events, line ${index + 1}: ${message}`, { cause: error });
    }
  }
  return events;
}
