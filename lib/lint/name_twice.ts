/**
 * `name-twice`: two scenarios that reports call the same.
 *
 * @module
 */
import type { Smell } from "./kind.ts";

/** The smell of a name that another scenario has, too. */
export const nameTwice: Smell = {
  name: "name-twice",
  summary: "another scenario has the same name, so a report does not tell them apart",
  advice: "say in the name what this one shows and the other does not",
  look: ({ file, document, variants, others = [] }) => {
    const [{ name }] = variants as [typeof variants[number]];
    const twin = others.find((other) => other.file !== file && other.name === name);
    if (!twin) return [];
    return [{
      place: document.valueAt(["scenario"]),
      message: `${twin.file} has the same name`,
    }];
  },
};
