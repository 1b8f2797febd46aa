/**
 * What a smell is: something a scenario may say, and should not. One file per smell or family of
 * smells, one line each in `registry.ts`.
 *
 * @module
 */
import type { SourceDocument } from "../scenario/document.ts";
import type { Place, Scenario } from "../scenario/model.ts";

/** A well-formed scenario file, as lint looks at it. */
export interface Subject {
  file: string;
  text: string;
  /** As written: names are not yet replaced by their values. */
  document: SourceDocument;
  /** One per matrix combination; at least one. */
  variants: readonly Scenario[];
  /** All scenarios that are looked at in one go. Absent: only this one is. */
  others?: readonly Pick<Scenario, "file" | "name">[];
}

/** A smell at a place. */
export interface Finding {
  place: Place;
  /** One line: what is the matter here. */
  message: string;
}

/** A kind of smell. */
export interface Smell {
  /** Stable, for programs. */
  name: string;
  /** What it is, in a few words. */
  summary: string;
  /** One line of what to do. */
  advice: string;
  look(subject: Subject): Finding[];
}

/** Looks at each variant; what several of them show at one place is told once. */
export function inEach(look: (scenario: Scenario) => Finding[]): Smell["look"] {
  return ({ variants }) => {
    const found = new Map<string, Finding>();
    for (const finding of variants.flatMap(look)) {
      const { line, column } = finding.place;
      found.set(`${line}:${column}`, found.get(`${line}:${column}`) ?? finding);
    }
    return [...found.values()];
  };
}
