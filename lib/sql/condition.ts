/**
 * Names of error conditions: a scenario may say `read_only_sql_transaction` or `25006`.
 * Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
 *
 * @module
 */
import { PostgresError } from "pg-error-enum";

const codes = new Map<string, string>(
  Object.entries(PostgresError).map(([name, code]) => [name.toLowerCase(), code]),
);

const names = new Map([...codes].map(([name, code]) => [code, name]));

/** All condition names, for suggestions. */
export const conditionNames: readonly string[] = [...codes.keys()];

/** The SQLSTATE of a condition name or SQLSTATE; undefined when it is neither. */
export function sqlstateOf(text: string): string | undefined {
  return codes.get(text.toLowerCase()) ?? (/^[0-9A-Z]{5}$/.test(text) ? text : undefined);
}

/** `25006 (read_only_sql_transaction)`; codes without a name stay as they are. */
export function describeCode(code: string): string {
  const name = names.get(code);
  return name ? `${code} (${name})` : code;
}
