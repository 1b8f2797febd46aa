/**
 * The text of pgbouncer.ini as sections, names and values.
 * Source: https://www.pgbouncer.org/config.html
 *
 * @module
 */
import { ConfigurationError } from "./configuration_file.ts";

/** One line that sets something. */
export interface PoolerLine {
  /** Without its brackets. */
  section: string;
  name: string;
  /** To the end of the line: a `;` or `#` in it begins no comment. */
  value: string;
  /** From 1. */
  line: number;
}

/** What a file says, and where it goes on in others. */
export interface PoolerFile {
  lines: PoolerLine[];
  /** Numbers of the lines that include another file. */
  includes: number[];
}

/**
 * Every setting of the text, in order.
 * @throws {ConfigurationError} at the first line that is none.
 */
export function parsePoolerFile(text: string): PoolerFile {
  const found: PoolerFile = { lines: [], includes: [] };
  let section = "";
  let start = 0;
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    const [, title] = /^\[([^\]]*)\]$/.exec(line) ?? [];
    const [, name, value] = /^("(?:[^"]|"")*"|[^\s="]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (title !== undefined) section = title;
    else if (line.startsWith("%include")) found.includes.push(index + 1);
    else if (name !== undefined) {
      found.lines.push({ section, name, value: value!, line: index + 1 });
    } else if (!/^(?:[;#]|$)/.test(line)) {
      throw new ConfigurationError("a line of the pooler is NAME = VALUE", start);
    }
    start += raw.length + 1;
  }
  return found;
}

/**
 * The words of a connection string of PgBouncer, by name. A value may stand in single quotes, in
 * which a quote is written twice.
 */
export function parsePoolerConnection(text: string): Map<string, string> {
  const words = text.matchAll(/(\w+)\s*=\s*(?:'((?:[^']|'')*)'|(\S*))/g);
  return new Map(
    [...words].map((
      [, name, quoted, plain],
    ) => [name!, quoted === undefined ? plain! : quoted.replaceAll("''", "'")]),
  );
}
