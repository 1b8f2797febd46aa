/**
 * The lines of a scenario file around a place, from the sources that the result carries.
 *
 * @module
 */
import type { Result } from "../result/model.ts";
import { excerptOf } from "../scenario/diagnostic.ts";
import type { Place } from "../scenario/model.ts";

/** Lines shown before and after the one that is meant. */
const [before, after] = [2, 4];

/** The line with its neighbours and a caret under the word; undefined where the text is not known. */
export function excerptAround(
  run: Pick<Result["run"], "sources">,
  file: string,
  place: Place,
): string[] | undefined {
  const source = run.sources?.[place.file ?? file];
  const marked = source === undefined ? undefined : excerptOf(place, source);
  if (source === undefined || !marked) return undefined;
  const lines = source.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const { line } = place;
  const last = Math.min(lines.length, line + after);
  const width = String(last).length;
  const numbered = (number: number) =>
    ` ${String(number).padStart(width)} | ${lines[number - 1]!.replace(/\r$/, "").slice(0, 160)}`
      .trimEnd();
  const caret = marked[2]!.replace(/^ *\|/, `${" ".repeat(width + 2)}|`);
  const numbers = Array.from(
    { length: last - Math.max(1, line - before) + 1 },
    (_, index) => Math.max(1, line - before) + index,
  );
  return numbers.flatMap((number) =>
    number === line ? [numbered(number), caret] : [numbered(number)]
  );
}
