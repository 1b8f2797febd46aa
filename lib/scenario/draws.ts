/**
 * `draw:` of a load: each name has exactly one distribution.
 *
 * @module
 */
import type { Path } from "./document.ts";
import type { LoadWords } from "./grammar.ts";
import type { Draw } from "./model.ts";
import type { Reading } from "./reading.ts";

type DrawWords = NonNullable<LoadWords["draw"]>[string];

const kinds = ["uniform", "zipfian", "exponential", "sequence", "choice"] as const;

/** Of distributions that have one. Those of pgbench have no default. */
const skewDefaults = { uniform: 1, zipfian: 1.1, exponential: 5 };

/** The distributions that make sense; the others are told. */
export function readDraws(
  reading: Reading,
  words: Record<string, DrawWords>,
  path: Path,
): Record<string, Draw> {
  const draws: Record<string, Draw> = {};
  for (const [name, each] of Object.entries(words)) {
    const draw = readDraw(reading, each, [...path, name]);
    const { document, report } = reading;
    if (name === "n" || reading.constants.has(name)) {
      const what = name === "n" ? "the number of the operation" : "a variable";
      report.add(document.keyAt([...path, name]), "bad-value", `":${name}" is ${what} already`, {
        hint: "draw it by another name",
      });
    } else if (draw) draws[name] = draw;
  }
  return draws;
}

function readDraw(reading: Reading, words: DrawWords, path: Path): Draw | undefined {
  const { document, report } = reading;
  const wrong = (message: string, at: Path, hint?: string) => {
    const where = at === path ? document.keyAt(path) : document.valueAt(at);
    report.add(where, "bad-value", message, hint === undefined ? {} : { hint });
    return undefined;
  };
  const given = kinds.filter((kind) => words[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    return wrong("a name is drawn in exactly one way", path, `one of ${kinds.join(", ")}`);
  }
  const hasSkew = kind === "zipfian" || kind === "exponential";
  if (words.skew !== undefined && !hasSkew) {
    return wrong(`${kind} has no skew`, [...path, "skew"]);
  }
  if (kind === "sequence") return { kind, from: words.sequence! };
  if (kind === "choice") return { kind, values: words.choice! };
  const [low, high] = words[kind]!;
  if (high < low) return wrong("the lowest number comes first", [...path, kind]);
  return { kind, low, high, skew: words.skew ?? skewDefaults[kind] };
}
