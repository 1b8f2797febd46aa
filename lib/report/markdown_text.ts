/**
 * Text of servers and people inside Markdown.
 *
 * @module
 */
import { cleanText, oneLine } from "./clean.ts";

/** Text of anybody in one line of Markdown: no markup, no mention, no cell of its own. */
export function escaped(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]<>()#|~]/g, (character) => `\\${character}`)
    .replaceAll("&", "&amp;")
    .replaceAll("\\<", "&lt;").replaceAll("\\>", "&gt;")
    .replace(/@(?=\w)/g, "@\u200b");
}

/** Text as code within a line. */
export function code(text: string): string {
  const clean = oneLine(text).replaceAll("|", "\\|");
  const fence = "`".repeat(longestTicks(clean) + 1);
  const pad = /^`|`$/.test(clean) ? " " : "";
  return `${fence}${pad}${clean}${pad}${fence}`;
}

/** Text as a block of code. */
export function fenced(text: string, language: string): string {
  const clean = cleanText(text);
  const fence = "`".repeat(Math.max(3, longestTicks(clean) + 1));
  return `${fence}${language}\n${clean}\n${fence}`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((each) => each.length));
}
