/**
 * `no-why`, `no-tags`, `no-schema-line`: what a scenario should say of itself.
 *
 * @module
 */
import type { Smell, Subject } from "./kind.ts";

/** The comment by which editors find the schema: https://github.com/redhat-developer/yaml-language-server */
export const schemaLine = /^#\s*yaml-language-server:\s*\$schema=\S+/m;

/** The smell of a scenario without a purpose. */
export const noWhy: Smell = {
  name: "no-why",
  summary: "the scenario does not say why it exists",
  advice: "add why: one sentence; reports print it",
  look: (subject) => lacks(subject, "why"),
};

/** The smell of a scenario that no tag selects. */
export const noTags: Smell = {
  name: "no-tags",
  summary: "no tag selects the scenario",
  advice: "add tags, like tags: [smoke]",
  look: (subject) => lacks(subject, "tags"),
};

/** The smell of a file that editors do not know. */
export const noSchemaLine: Smell = {
  name: "no-schema-line",
  summary: "editors cannot help with the file",
  advice: "add the line # yaml-language-server: $schema=... (--fix does)",
  look: ({ text }) =>
    schemaLine.test(text)
      ? []
      : [{ place: { line: 1, column: 1 }, message: "no line names the schema for editors" }],
};

function lacks({ document }: Subject, word: string) {
  const given = (document.data as Record<string, unknown>)[word];
  const isEmpty = given === undefined || (Array.isArray(given) && given.length === 0);
  const place = document.keyAt(["scenario"]);
  return isEmpty ? [{ place, message: `the scenario has no ${word}` }] : [];
}
