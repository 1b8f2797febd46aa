/**
 * Quoting for the statements that take no parameters.
 * Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 *
 * @module
 */

/** `"name"`, with its quotes doubled. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `'text'`, with its quotes doubled; as an escape string when it has a backslash. */
export function quoteLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes("\\") ? `E'${doubled.replaceAll("\\", "\\\\")}'` : `'${doubled}'`;
}
