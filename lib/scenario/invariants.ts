/**
 * `always`: rules that are sampled through the whole run.
 *
 * @module
 */
import { buildExpect } from "./build_step.ts";
import type { Path } from "./document.ts";
import { describe } from "./issues.ts";
import type { Invariant } from "./model.ts";
import { given } from "./given.ts";
import { isWords, type Reading } from "./reading.ts";
import { buildQuery } from "./statements.ts";
import { readWords, type StepSource } from "./step_words.ts";
import { titleOf } from "./title.ts";
import { pickKind, pickVerb } from "./verb.ts";

/** Sampling interval when the rule does not say, in milliseconds. */
const everyMsDefault = 500;

/** Reads the rules; call it after the steps, which start the loads and faults it speaks of. */
export function readInvariants(reading: Reading, data: unknown): Invariant[] {
  if (!Array.isArray(data)) return [];
  return data.flatMap((each, index) => {
    const invariant = readInvariant(reading, each, ["always", index]);
    return invariant ? [invariant] : [];
  });
}

/** `always[2]`. */
function idOf(path: Path): string {
  return `${path[0]}[${path[1]}]`;
}

function readInvariant(reading: Reading, data: unknown, path: Path): Invariant | undefined {
  const { document, report } = reading;
  if (report.isFull) return undefined;
  if (!isWords(data)) {
    report.add(
      document.valueAt(path),
      "bad-value",
      `an invariant is expect or query, not ${describe(data)}`,
    );
    return undefined;
  }
  const source = sourceOf(reading, data, path);
  const words = source && readWords(reading, source);
  if (!words) return undefined;
  const base = {
    id: idOf(path),
    place: document.valueAt(path),
    title: titleOf(source.verb, source.words),
  };
  for (const word of ["during", "outside"]) {
    if (words[word] !== undefined) {
      reading.lifetimes.askFault(words[word] as string, document.valueAt([...path, word]));
    }
  }
  if (words.during !== undefined && words.during === words.outside) {
    const message = `nothing is both during and outside of "${words.during}"`;
    const hint = "keep one of them";
    reading.report.add(document.keyAt([...path, "outside"]), "bad-value", message, { hint });
  }
  const look = source.kind === undefined
    ? buildQuery(reading, base, { words, path })
    : buildExpect(reading, base, { verb: "expect", kind: source.kind, words, path });
  // The interval is the rule's own: one look is always a single one.
  delete look.everyMs;
  return {
    ...base,
    look,
    everyMs: (words.every as number | undefined) ?? everyMsDefault,
    graceMs: (words.grace as number | undefined) ?? 0,
    ...given({
      during: words.during as string | undefined,
      outside: words.outside as string | undefined,
    }),
  };
}

function sourceOf(
  reading: Reading,
  words: Record<string, unknown>,
  path: Path,
): StepSource | undefined {
  const { always } = reading.grammar;
  const verb = pickVerb(reading, words, path);
  if (verb === undefined) return undefined;
  if (verb === "query") {
    return { words, path, verb, schema: always.query, isInvariant: true };
  }
  if (verb !== "expect") {
    reading.report.add(
      reading.document.keyAt([...path, verb]),
      "misplaced-word",
      `"${verb}" acts, an invariant only observes`,
      { hint: "use expect or query" },
    );
    return undefined;
  }
  const kind = pickKind(reading, verb, { words, path, kinds: always.expect });
  return kind === undefined
    ? undefined
    : { words, path, verb, kind, schema: always.expect.get(kind)!, isInvariant: true };
}
