/**
 * `:name` in SQL becomes a bind parameter, never pasted text. A colon inside a string, a quoted
 * identifier, a comment, a dollar-quoted body, a cast (`::`) or an array slice is not a name.
 * Lexical rules: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 *
 * @module
 */

/** A `:name` and where it stands. */
export interface BoundName {
  /** Without the colon. */
  name: string;
  /** Offset of the colon in the SQL. */
  offset: number;
}

/** What a text of SQL is made of, as far as binding needs to know. */
export interface SqlShape {
  /** In order; a name used twice is there twice. */
  names: BoundName[];
  /** The first word of each statement, in lower case. */
  statements: string[];
}

/** SQL ready for the driver. */
export interface BoundSql {
  /** With `$1`, `$2`, ... */
  text: string;
  parameters: unknown[];
}

/**
 * Everything that can hold a colon or semicolon without meaning it. The parts, in order: line
 * comment, escape string, plain string, quoted identifier, dollar quote, a word (so that a quote's
 * prefix or a dollar inside an identifier is not misread), number, cast, assignment, name, anything.
 */
const lexeme = new RegExp(
  [
    /(?<line>--[^\n]*)/,
    /(?<escape>[eE]'(?:[^'\\]|\\[^]|'')*(?:'|$))/,
    /(?<string>'(?:[^']|'')*(?:'|$))/,
    /(?<quoted>"(?:[^"]|"")*(?:"|$))/,
    /(?<dollar>\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[^]*?(?:\$\k<tag>\$|$))/,
    /(?<word>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)/,
    /(?<cast>::|:=)/,
    /:(?<name>[A-Za-z_]\w*)/,
    /(?<space>\s+)/,
    /(?<other>[^])/,
  ].map((part) => part.source).join("|"),
  "y",
);

/** Finds the names and statements in SQL. Broken SQL is read as far as it makes sense. */
export function readSql(sql: string): SqlShape {
  const names: BoundName[] = [];
  const statements: string[] = [];
  const brackets: ("subscript" | "array" | "other")[] = [];
  let isStatementStart = true;
  /** The last lexeme that is neither space nor comment. */
  let last = "";
  for (let at = 0; at < sql.length;) {
    const comment = sql.startsWith("/*", at) ? commentEnd(sql, at) : at;
    if (comment > at) {
      at = comment;
      continue;
    }
    lexeme.lastIndex = at;
    const { 0: text, groups = {} } = lexeme.exec(sql)!;
    const offset = at;
    at += text.length;
    if (groups.space !== undefined || groups.line !== undefined) continue;
    if (text === ";") {
      isStatementStart = true;
      last = text;
      continue;
    }
    if (isStatementStart && text !== "(") {
      statements.push(text.toLowerCase());
      isStatementStart = false;
    }
    if (text === "[") brackets.push(bracketKind(last, brackets.at(-1)));
    else if (text === "(") brackets.push("other");
    else if (text === "]" || text === ")") brackets.pop();
    else if (groups.name !== undefined) {
      if (brackets.at(-1) === "subscript" && endsBound(last)) {
        // `a[1:n]`: the colon parts the bounds; a parameter there is written `a[1:(:n)]`.
      } else names.push({ name: groups.name, offset });
    }
    last = text;
  }
  return { names, statements };
}

/** Comments nest in PostgreSQL. */
function commentEnd(sql: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let match = edge.exec(sql); match; match = edge.exec(sql)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}

function bracketKind(last: string, outer: string | undefined): "subscript" | "array" {
  if (last.toLowerCase() === "array") return "array";
  return outer === "array" && (last === "[" || last === ",") ? "array" : "subscript";
}

/** True when a colon after this lexeme parts the bounds of a slice. */
function endsBound(last: string): boolean {
  return last === "[" || last === "]" || last === ")" || /^[\w"'$\u0080-\uffff]/.test(last) ||
    /^:\w/.test(last);
}

/**
 * Replaces each `:name` by a parameter; the same name is the same parameter.
 * @throws whatever `lookup` throws for a name it does not know.
 */
export function bindNames(sql: string, lookup: (name: string) => unknown): BoundSql {
  const numbers = new Map<string, number>();
  const parameters: unknown[] = [];
  let text = "";
  let copied = 0;
  for (const { name, offset } of readSql(sql).names) {
    let number = numbers.get(name);
    if (number === undefined) {
      number = parameters.push(lookup(name));
      numbers.set(name, number);
    }
    text += `${sql.slice(copied, offset)}$${number}`;
    copied = offset + 1 + name.length;
  }
  return { text: text + sql.slice(copied), parameters };
}
