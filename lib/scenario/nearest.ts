/**
 * "Did you mean": the known word closest to a misspelt one.
 *
 * @module
 */

/** How many slips of the finger still make it the same word. */
const slipsMax = 2;
/** Longer words are not compared: nobody misspells them, and hostile input would cost time. */
const lengthMax = 64;

/**
 * The candidate nearest to a word: at most two insertions, deletions, changes or swaps of
 * neighbours away, or one that begins with it; undefined when none is near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length === 0 || word.length > lengthMax) return undefined;
  const lower = word.toLowerCase();
  // One slip in a word of two letters is another word.
  const limit = Math.min(slipsMax, Math.max(1, Math.floor(word.length / 2)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  let prefixed: string | undefined;
  for (const candidate of candidates) {
    if (candidate.length > lengthMax) continue;
    const distance = editDistance(lower, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
    if (word.length >= 3 && isPrefix(lower, candidate.toLowerCase())) prefixed ??= candidate;
  }
  return best ?? prefixed;
}

function isPrefix(word: string, candidate: string): boolean {
  return candidate.startsWith(word) || (candidate.length >= 3 && word.startsWith(candidate));
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
