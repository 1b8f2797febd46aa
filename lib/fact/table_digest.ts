/**
 * Digests of tables: the number of rows, and the sums of two 64-bit hashes of each row's text. Sums
 * do not depend on the order of rows and, other than XOR, count duplicates.
 *
 * Left out, because a replica cannot have them: temporary and unlogged tables, and foreign ones.
 *
 * @module
 */
import type { Snapshot } from "./snapshot.ts";

/** A table that is compared. */
export interface Table {
  oid: number;
  /** `schema.name`, quoted where needed. */
  name: string;
  /** Read with its children: only a partitioned table that was asked for by name. */
  isPartitioned: boolean;
  /** Primary key columns, quoted; empty without one. */
  key: string[];
}

/** What a table holds. */
export interface TableDigest {
  rows: number;
  /** Both sums. */
  hash: string;
}

const columns = `
  c.oid::int8, format('%I.%I', n.nspname, c.relname), c.relkind = 'p', c.relpersistence::text,
  array(
    select format('%I', a.attname)::text from pg_index i
    cross join unnest(i.indkey::int2[]) with ordinality as part (number, at)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = part.number
    where i.indrelid = c.oid and i.indisprimary order by part.at
  )
  from pg_class c join pg_namespace n on n.oid = c.relnamespace`;

const everyTable = `
  select ${columns}
  where (c.relkind = 'r' or (c.relkind = 'm' and c.relispopulated))
    and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  order by 2`;

const theseTables = `select ${columns} where c.oid = any($1::oid[]) order by 2`;

/** The tables in a snapshot: all of the database's, or those with these oids. */
export async function listTables(
  snapshot: Snapshot,
  oids: number[] | undefined,
  signal: AbortSignal,
): Promise<{ tables: Table[]; unlogged: string[] }> {
  const { rows } = oids
    ? await snapshot.query(theseTables, [oids], signal)
    : await snapshot.query(everyTable, [], signal);
  const found = (rows as [number, string, boolean, string, string[]][])
    .map(([oid, name, isPartitioned, persistence, key]) => ({
      persistence,
      table: { oid, name, isPartitioned, key },
    }));
  return {
    tables: found.filter((each) => each.persistence === "p").map((each) => each.table),
    unlogged: found.filter((each) => each.persistence !== "p").map((each) => each.table.name),
  };
}

/** An alias no column has: `"the row"::text` is the whole row as text. */
const rowAlias = '"the row"';

/** What to read a table from. */
export function sourceOf({ name, isPartitioned }: Table): string {
  return `${isPartitioned ? "" : "only "}${name} as ${rowAlias}`;
}

/** The text of a whole row. */
export const rowText = `${rowAlias}::text`;

/** Digests one table. */
export async function digestTable(
  snapshot: Snapshot,
  table: Table,
  signal: AbortSignal,
): Promise<TableDigest> {
  const sums = [0, 1].map((seed) =>
    `coalesce(sum(hashtextextended(${rowText}, ${seed})::numeric), 0)::text`
  );
  const sql = `select count(*)::float8, ${sums.join(" || ':' || ")} from ${sourceOf(table)}`;
  const [rows, hash] = (await snapshot.query(sql, [], signal)).rows[0] as [number, string];
  return { rows, hash };
}

/** Digests of all tables, by name. */
export async function digestTables(
  snapshot: Snapshot,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<Map<string, TableDigest>> {
  const digests = new Map<string, TableDigest>();
  for (const table of tables) {
    digests.set(table.name, await digestTable(snapshot, table, signal));
  }
  return digests;
}
