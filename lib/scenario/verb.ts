/**
 * Which verb a step has, and which kind of fact, fault or operation it names.
 *
 * @module
 */
import type { Path } from "./document.ts";
import { describe } from "./issues.ts";
import type { Verb } from "./model.ts";
import { refuseNames } from "./names.ts";
import { didYouMean } from "./nearest.ts";
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
  const kind = keys.find((word) => homeOf(ground, word).length > 0);
  const strange = keys.filter((word) => word !== "on" && !vocabulary.homesOf(word));
  const misspelt = strange.find((word) => didYouMean(word, verbNames)) ?? strange[0];
  const found = kind ?? misspelt;
  if (found !== undefined) {
    const told = kind === undefined
      ? {
        message: `unknown verb "${found}"`,
        hint: didYouMean(found, verbNames) ?? `a verb is one of ${verbNames.join(", ")}`,
      }
      : isKindOf(ground, kind, "verb");
    report.add(document.keyAt([...path, found]), "unknown-verb", told.message, {
      hint: told.hint,
      settles: true,
    });
    return;
  }
  report.add(document.valueAt(path), "verb-count", "this step has no verb", {
    hint: `a step has one of ${verbNames.join(", ")}`,
  });
}

/** The verbs that a word is a kind of. */
function homeOf({ grammar }: Ground, word: string): KindVerb[] {
  return (Object.keys(grammar.kinds) as KindVerb[]).filter((verb) => grammar.kinds[verb].has(word));
}

/** What to say of a kind that stands where something else belongs. */
function isKindOf(ground: Ground, kind: string, wanted: string) {
  const homes = homeOf(ground, kind);
  const nouns = homes.map((verb) => `${verb === "do" ? "an" : "a"} ${kindNoun[verb]}`);
  return {
    message: `"${kind}" is ${nouns.join(" or ")}, no ${wanted}`,
    hint: `write ${homes.map((verb) => `"${verb}: ${kind}"`).join(" or ")}`,
  };
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
  if (homeOf(ground, kind).length > 0) {
    const { message, hint } = isKindOf(ground, kind, noun);
    report.add(at, "unknown-kind", message, { hint });
    return undefined;
  }
  const known = [...step.kinds.keys()];
  report.add(at, "unknown-kind", `unknown ${noun} ${describe(kind)}`, {
    hint: didYouMean(kind, known) ?? `known: ${known.join(", ")}`,
  });
  return undefined;
}
