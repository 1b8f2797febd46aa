/**
 * Reading a number on a node that may be far behind.
 *
 * @module
 */
import { SqlError } from "../sql/session.ts";
import type { Talk } from "./kind.ts";

/** SQLSTATE undefined_table: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const undefinedTable = "42P01";

/**
 * The first value of the first row; null where there is none. A replica that has not replayed even
 * the table's creation has nothing, which is an answer.
 * @throws {SqlError}
 */
export async function readValue(
  talk: Talk,
  sql: string,
  parameters: unknown[] = [],
): Promise<number | null> {
  try {
    const [row] = await talk.ask(sql, parameters);
    return row?.[0] === undefined || row[0] === null ? null : Number(row[0]);
  } catch (error) {
    if (error instanceof SqlError && error.code === undefinedTable) return null;
    throw error;
  }
}
