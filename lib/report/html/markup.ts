/**
 * HTML that cannot be injected into: text is escaped unless it is markup already.
 *
 * @module
 */
import { cleanText } from "../clean.ts";

/** Markup that is safe as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The markup. */
  toString(): string {
    return this.text;
  }
}

/** What may stand in a template. */
export type Part = Markup | string | number | undefined | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * A template whose values are escaped; lists are joined, undefined is nothing. One that begins on a
 * line of its own is trimmed.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const text = strings.map((each, index) => index === 0 ? each : written(parts[index - 1]) + each);
  const whole = text.join("");
  return new Markup(strings[0]!.startsWith("\n") ? whole.trim() : whole);
}

function written(part: Part): string {
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "string") return escapeText(part);
  return typeof part === "number" ? String(part) : part.map(written).join("");
}

/** Text for an element or a quoted attribute. */
export function escapeText(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (character) => entities[character]!);
}

/** The id of something in the page, from names that survive a rerun; no two names share one. */
export function anchor(...names: string[]): string {
  return names.join("/").replace(
    /[^\w./:=,#()[\]-]/gu,
    (character) => `~${character.codePointAt(0)!.toString(16)}`,
  );
}

/** A link to an anchor of the page. */
export function hrefOf(...names: string[]): string {
  return `#${encodeURIComponent(anchor(...names)).replaceAll("%2F", "/")}`;
}
