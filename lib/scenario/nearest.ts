/**
 * "Did you mean": the known words that a misspelt or foreign one most likely stands for.
 *
 * @module
 */
import { meant } from "./other_words.ts";

/** How many slips of the finger still make it the same word. */
const slipsMax = 2;
/** Longer words are not compared: nobody misspells them, and hostile input would cost time. */
const lengthMax = 64;

/** How many words are suggested at once. */
const suggestedMax = 3;

/** The best of {@link suggestions}; undefined when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  return suggestions(word, candidates)[0];
}

/** `did you mean "streaming"?`; undefined when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const found = suggestions(word, candidates).map((each) => `"${each}"`);
  return found.length === 0 ? undefined : `did you mean ${found.join(" or ")}?`;
}

/**
 * The candidates that a word may stand for, the likeliest first: longer words of which it is a
 * part, what it means in other tools, the one nearest in spelling (at most two insertions,
 * deletions, changes or swaps of neighbours away), one that begins with it or holds it.
 */
export function suggestions(word: string, candidates: Iterable<string>): string[] {
  if (word.length === 0 || word.length > lengthMax) return [];
  const known = [...candidates];
  const lower = word.toLowerCase();
  const longer = known.filter((each) => each.toLowerCase().startsWith(`${lower}_`));
  if (longer.length > 0) return longer.slice(0, suggestedMax);
  const foreign = meant(word, new Set(known));
  if (foreign.length > 0) return foreign;
  const isNumbered = known.some((each) => isOtherNumber(lower, each.toLowerCase()));
  if (isNumbered && !known.includes(word)) return [];
  const near = spelledAlike(lower, known);
  return near === undefined ? [] : [near];
}

/** Of numbered names another number is another name: it is no slip. */
function isOtherNumber(word: string, candidate: string): boolean {
  const [one, other] = [word, candidate].map((text) => text.replaceAll(/\d+/g, "#"));
  return one === other && one!.includes("#") && word !== candidate;
}

function spelledAlike(lower: string, candidates: readonly string[]): string | undefined {
  // One slip in a word of two letters is another word.
  const limit = Math.min(slipsMax, Math.max(1, Math.floor(lower.length / 2)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  let prefixed: string | undefined;
  for (const candidate of candidates) {
    if (candidate.length > lengthMax) continue;
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
    if (lower.length >= 3 && isPart(lower, candidate.toLowerCase())) prefixed ??= candidate;
  }
  return best ?? prefixed;
}

function isPart(word: string, candidate: string): boolean {
  if (candidate.startsWith(word) || (candidate.length >= 3 && word.startsWith(candidate))) {
    return true;
  }
  return candidate.length >= 4 && word.includes(candidate);
}

/**
 * Damerau-Levenshtein distance in its restricted form: no letter is moved twice.
 * Source: https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance
 */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const line = [row];
    for (let column = 1; column <= to.length; column++) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      line[column] = Math.min(
        last[column]! + 1,
        line[column - 1]! + 1,
        last[column - 1]! + change,
      );
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1];
      if (isSwap) line[column] = Math.min(line[column]!, before[column - 2]! + 1);
    }
    before = last;
    last = line;
  }
  return last[to.length]!;
}
