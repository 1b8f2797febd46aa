/**
 * `unused-var`, `unused-name`, `unused-load`, `unused-session`: something is given a name and
 * nothing speaks of it.
 *
 * @module
 */
import { readSql } from "../sql/bind.ts";
import type { Path } from "../scenario/document.ts";
import { namesOfSave } from "../scenario/names.ts";
import { dig, isWords } from "../scenario/reading.ts";
import type { Finding, Smell, Subject } from "./kind.ts";

/** The smell of variables. */
export const unusedVar: Smell = {
  name: "unused-var",
  summary: "no step uses a variable",
  advice: "use it, or remove it (--fix does)",
  look: (subject) =>
    unusedVars(subject).map((name) => ({
      place: subject.document.keyAt(["vars", name]),
      message: `"${name}" is never used`,
    })),
};

/** The smell of saved names. */
export const unusedName: Smell = {
  name: "unused-name",
  summary: "no step uses what another one saved",
  advice: "use it, or leave out save",
  look(subject) {
    const used = usedNames(subject);
    return find(
      subject,
      "save",
      (save, path) =>
        namesOfSave(save).filter((name) => !used.has(name)).map((name) => ({
          place: subject.document.keyAt(typeof save === "string" ? path : [...path, name]),
          message: `"${name}" is saved and never used`,
        })),
    );
  },
};

/** The smell of loads. */
export const unusedLoad: Smell = {
  name: "unused-load",
  summary: "no step starts a load",
  advice: "start it with load, or remove it",
  look(subject) {
    const { load } = data(subject);
    const started = new Set<unknown>();
    find(subject, "load", (name) => (started.add(name), []));
    return Object.keys(isWords(load) ? load : {})
      .filter((name) => ![...started].some((each) => each === name || isPattern(each)))
      .map((name) => ({
        place: subject.document.keyAt(["load", name]),
        message: `load "${name}" is never started`,
      }));
  },
};

/** The smell of sessions. */
export const unusedSession: Smell = {
  name: "unused-session",
  summary: "a session is used by one step only",
  advice: "leave out session, or use it again",
  look(subject) {
    const uses = new Map<unknown, Finding[]>();
    const livesOn = new Set<unknown>();
    find(subject, "session", (name, path) => {
      const place = subject.document.valueAt(path);
      const finding = { place, message: `session "${name}" is used by this step only` };
      uses.set(name, [...uses.get(name) ?? [], finding]);
      // A transaction or a statement that is left open lives on in its session.
      if (isLeftOpen(dig(data(subject), path.slice(0, -1)))) livesOn.add(name);
      return [];
    });
    // `end: NAME` asks what became of the session's statement.
    find(subject, "end", (name) => (livesOn.add(name), []));
    return [...uses].filter(([name, each]) => each.length === 1 && !livesOn.has(name))
      .flatMap(([, each]) => each);
  },
};

/** Variables that nothing speaks of. */
export function unusedVars(subject: Subject): string[] {
  const { vars } = data(subject);
  const used = usedNames(subject);
  return Object.keys(isWords(vars) ? vars : {}).filter((name) => !used.has(name));
}

function data({ document }: Subject): Record<string, unknown> {
  return document.data as Record<string, unknown>;
}

function isLeftOpen(step: unknown): boolean {
  if (!isWords(step)) return false;
  const statements = typeof step.sql === "string" ? readSql(step.sql).statements : [];
  return step.blocks !== undefined || statements.some((word) => ["begin", "start"].includes(word));
}

function isPattern(text: unknown): boolean {
  return typeof text === "string" && text.includes("${");
}

/** Every name that occurs as `${name}`, or as `:name` in what may be SQL. */
function usedNames(subject: Subject): Set<string> {
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part === "string") {
      for (const [, name] of part.matchAll(/\$\{\s*(\w+)[^}]*\}/g)) used.add(name!);
      for (const { name } of readSql(part).names) used.add(name);
    } else if (typeof part === "object" && part !== null) {
      Object.values(part).forEach(visit);
    }
  };
  const { vars: _, ...others } = data(subject);
  visit(others);
  return used;
}

/** What is found at each use of a word inside steps. */
function find(
  subject: Subject,
  word: string,
  at: (value: unknown, path: Path) => Finding[],
): Finding[] {
  const visit = (part: unknown, path: Path): Finding[] => {
    if (Array.isArray(part)) {
      return part.flatMap((item, index) => visit(item, [...path, index]));
    }
    if (!isWords(part)) return [];
    return Object.entries(part).flatMap(([key, value]) => {
      // At the top level the word declares; inside a list it is said by a step.
      const isSaid = key === word && path.some((each) => typeof each === "number");
      return [...(isSaid ? at(value, [...path, key]) : []), ...visit(value, [...path, key])];
    });
  };
  return visit(data(subject), []);
}
