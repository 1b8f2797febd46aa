/**
 * The text of postgresql.conf as names and values, by the rules of the server's own scanner.
 * Source: https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-CONFIGURATION-FILE
 * and src/backend/utils/misc/guc-file.l
 *
 * @module
 */

/** One line that sets or includes something. */
export interface ConfigurationLine {
  /** As written; names are the same in any case. */
  name: string;
  /** Without quotes and escapes, with its unit. */
  value: string;
  /** From 1. */
  line: number;
}

/** A line the server would refuse. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";
  /** From the start of the text. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const namePattern =
  /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*(?:\.[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?/y;
/** A quoted text, a whole number with its unit, another number, a plain word. The longest counts. */
const valuePatterns = [
  /'(?:[^'\\\n]|\\.|'')*'/y,
  /[-+]?(?:0x[0-9a-fA-F]+|\d+)[a-zA-Z]*/y,
  /[-+]?\d*\.\d*(?:[eE][-+]?\d+)?/y,
  /[A-Za-z_\u0080-\uffff][\w\-.:/\u0080-\uffff]*/y,
];

/**
 * Every setting and include of the text, in order.
 * @throws {ConfigurationError} at the first line that is none.
 */
export function parseConfiguration(text: string): ConfigurationLine[] {
  const found: ConfigurationLine[] = [];
  let start = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const parsed = parseLine(line, start);
    if (parsed) found.push({ ...parsed, line: index + 1 });
    start += line.length + 1;
  }
  return found;
}

function parseLine(line: string, start: number): { name: string; value: string } | undefined {
  const blanks = (at: number) => at + /^[ \t\r]*/.exec(line.slice(at))![0].length;
  const isEnd = (at: number) => at >= line.length || line[at] === "#";
  let at = blanks(0);
  if (isEnd(at)) return undefined;
  const name = matchAt(namePattern, line, at);
  if (name === undefined) {
    throw new ConfigurationError("a setting begins with its name", start + at);
  }
  at = blanks(at + name.length);
  if (line[at] === "=") at = blanks(at + 1);
  if (isEnd(at)) throw new ConfigurationError(`${name} has no value`, start + at);
  const raw = valuePatterns.map((pattern) => matchAt(pattern, line, at) ?? "")
    .reduce((longest, other) => other.length > longest.length ? other : longest);
  const end = blanks(at + raw.length);
  // The scanner takes a word of this form for a name with a prefix, which is no value.
  const isName = /^[^\W\d]\w*\.[^\W\d]\w*$/.test(raw);
  if (raw === "" || raw === "." || isName || !isEnd(end)) {
    const word = /^[^\s#]*/.exec(line.slice(at))![0];
    throw new ConfigurationError(`the value ${word} of ${name} must be quoted`, start + at);
  }
  return { name, value: raw.startsWith("'") ? unquote(raw) : raw };
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const escapes: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** `DeescapeQuotedString` of guc-file.l. */
function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(
    /''|\\([0-7]{1,3}|[^])/g,
    (all, escape: string | undefined) => {
      if (escape === undefined) return all === "''" ? "'" : all;
      if (/^[0-7]/.test(escape)) return String.fromCharCode(parseInt(escape, 8) & 0xff);
      return escapes[escape] ?? escape;
    },
  );
}
