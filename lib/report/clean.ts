/**
 * Text of servers, made fit for a terminal and for XML: what would move a cursor, or cannot stand in
 * XML 1.0 (https://www.w3.org/TR/xml/#charsets), is taken out or replaced.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";

// deno-lint-ignore no-control-regex
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

/** Escape sequences are dropped, line ends become `\n`, other control characters U+FFFD. */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text)
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(unprintable, "\ufffd");
}

/** The same in one line. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, " ").trim();
}

/** Cut to a number of characters, with an ellipsis; a terminal would wrap what is longer. */
export function clip(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width < 1 ? "" : characters.slice(0, width - 1).join("") + "…";
}

/** Its head and its tail, with what is missing said between, when it is longer than `max`. */
export function headAndTail(text: string, max: number): string {
  if (text.length <= max) return text;
  const half = Math.floor(max / 2);
  const left = text.length - 2 * half;
  // A surrogate pair may be cut in two.
  return `${text.slice(0, half)}\n... ${left} characters left out ...\n${text.slice(-half)}`
    .toWellFormed();
}
