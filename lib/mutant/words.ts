/**
 * Words of which exactly one must be there.
 *
 * @module
 */
import type { Path, SourceDocument } from "../scenario/document.ts";
import type { Report } from "../scenario/report.ts";
import { listed } from "../scenario/vocabulary.ts";

/** The one that is there; undefined, and reported, when there is none or several. */
export function exactlyOne<Word extends string>(
  { document, report }: { document: SourceDocument; report: Report },
  path: Path,
  data: object,
  words: readonly Word[],
): Word | undefined {
  const [one, other] = words.filter((word) =>
    Object.hasOwn(data, word) && (data as Record<string, unknown>)[word] !== undefined
  );
  if (one !== undefined && other === undefined) return one;
  if (one === undefined) {
    const quoted = words.map((word) => `"${word}"`);
    report.add(document.keyAt(path), "missing-word", `one of ${listed(quoted)} is missing`);
  } else {
    const message = `"${other}" cannot stand beside "${one}"`;
    report.add(document.keyAt([...path, other!]), "misplaced-word", message);
  }
  return undefined;
}
