/**
 * Lists of steps that run beside others: the lanes of `parallel`, the one of `background`.
 *
 * @module
 */
import type { Lane } from "./model.ts";
import { isWords, type Reading } from "./reading.ts";
import { type At, readSteps } from "./steps.ts";
import type { StepSource } from "./step_words.ts";

/**
 * Reads the lanes of a step. What a lane saves is known outside of it only when it has ended: after
 * `parallel`, or after the `end` of a background lane.
 */
export function readLanes(reading: Reading, source: StepSource, at: At): Lane[] {
  const { verb, words } = source;
  const data = words[verb];
  if (!isWords(data)) return [];
  const before = new Set(reading.saved);
  return Object.entries(data).map(([name, steps]) => {
    const path = [...source.path, verb, name];
    const saved = new Set(before);
    const open = verb === "background"
      ? reading.lifetimes.beginLane(name, reading.document.keyAt(path))
      : () => {};
    const id = `${at.id}.${verb}.${name}`;
    const lane = { name, steps: readSteps({ ...reading, saved }, steps, { path, id }) };
    open();
    if (verb === "background") reading.laneSaves.set(name, saved);
    else for (const each of saved) reading.saved.add(each);
    return lane;
  });
}
