/**
 * Which verb a step has, and which kind of fact, fault or operation it names.
 *
 * @module
 */
import type { Path } from "./document.ts";
import { describe } from "./issues.ts";
import type { Verb } from "./model.ts";
import { refuseNames } from "./names.ts";
import { nearest } from "./nearest.ts";
import { type Ground, isWords, type Reading } from "./reading.ts";
import { type KindVerb, verbs } from "./step_grammar.ts";
import { refuseOn } from "./step_words.ts";
import { isLaterKind, kindNoun, listed } from "./vocabulary.ts";

const verbNames: readonly string[] = verbs;

/** The one verb of a step; tells it when there is none, or more than one. */
export function pickVerb(
  ground: Ground,
  words: Record<string, unknown>,
  path: Path,
): Verb | undefined {
  const found = Object.keys(words).filter((word) => verbNames.includes(word));
  const [verb, second] = found;
  if (verb === undefined) {
    reportNoVerb(ground, words, path);
    return undefined;
  }
  if (second !== undefined) {
    ground.report.add(
      ground.document.keyAt([...path, second]),
      "verb-count",
      `a step has exactly one verb, this one has ${
        listed(found.slice(0, 6).map((each) => `"${each}"`))
      }`,
      { hint: "write one step for each" },
    );
    return undefined;
  }
  return verb as Verb;
}

function reportNoVerb(ground: Ground, words: Record<string, unknown>, path: Path): void {
  const { document, report, vocabulary } = ground;
  const keys = Object.keys(words);
  if (keys.includes("on")) refuseOn(ground, [...path, "on"]);
  const strange = keys.filter((word) => word !== "on" && !vocabulary.homesOf(word));
  const misspelt = strange.find((word) => nearest(word, verbNames)) ?? strange[0];
  if (misspelt !== undefined) {
    const near = nearest(misspelt, verbNames);
    report.add(
      document.keyAt([...path, misspelt]),
      "unknown-verb",
      `unknown verb "${misspelt}"`,
      {
        hint: near ? `did you mean "${near}"?` : `a verb is one of ${verbNames.join(", ")}`,
        settles: true,
      },
    );
    return;
  }
  report.add(document.valueAt(path), "verb-count", "this step has no verb", {
    hint: `a step has one of ${verbNames.join(", ")}`,
  });
}

/** The kind that a step names; tells it when it is unknown. */
export function pickKind(
  ground: Reading,
  verb: KindVerb,
  step: { words: Record<string, unknown>; path: Path; kinds: ReadonlyMap<string, unknown> },
): string | undefined {
  const { document, report } = ground;
  const noun = kindNoun[verb];
  const kind = step.words[verb];
  const path = [...step.path, verb];
  if (typeof kind === "string" && step.kinds.has(kind)) return kind;
  const at = document.valueAt(path);
  if (typeof kind !== "string" || kind.trim() === "") {
    report.add(at, "bad-value", `"${verb}" must name a ${noun}, not ${describe(kind)}`, {
      hint: isWords(kind) ? `write "${verb}: NAME" and the other words beside it` : undefined,
    });
    return undefined;
  }
  if (!refuseNames(ground, kind, path)) return undefined;
  if (isLaterKind(verb, kind)) {
    report.add(at, "unknown-kind", `this version does not know the ${noun} "${kind}" yet`, {
      hint: `it knows ${listed([...step.kinds.keys()])}`,
    });
    return undefined;
  }
  const near = nearest(kind, step.kinds.keys());
  report.add(at, "unknown-kind", `unknown ${noun} ${describe(kind)}`, {
    hint: near ? `did you mean "${near}"?` : `known: ${[...step.kinds.keys()].join(", ")}`,
  });
  return undefined;
}
