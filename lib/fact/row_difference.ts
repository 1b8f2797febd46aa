/**
 * Which rows differ between two snapshots of a table. Rows are put into buckets by a hash of their
 * key; only buckets that differ are read, so a large table is not sent.
 *
 * @module
 */
import type { Snapshot } from "./snapshot.ts";
import { rowText, sourceOf, type Table } from "./table_digest.ts";

/** How many buckets there are, and how many of those that differ are read. */
const buckets = 1024;
const bucketsRead = 4;

/** How many rows are told, and how much of each, in characters. */
const rowsShown = 5;
const textMax = 120;

/** Says which rows differ, in sentences, the first few of them. */
export async function describeDifference(
  table: Table,
  sides: { one: Snapshot; other: Snapshot; signal: AbortSignal },
): Promise<string[]> {
  const { one, other, signal } = sides;
  const [left, right] = await Promise.all(
    [one, other].map((side) => bucketHashes(side, table, signal)),
  );
  const names = new Set([...left!.keys(), ...right!.keys()]);
  const differing = [...names].filter((bucket) => left!.get(bucket) !== right!.get(bucket));
  const read = differing.slice(0, bucketsRead);
  const [mine, theirs] = await Promise.all(
    [one, other].map((side) => rowsIn(side, { table, buckets: read, signal })),
  );
  const lines = differenceOf(mine!, theirs!, {
    table: table.name,
    one: one.node.name,
    other: other.node.name,
  });
  const isAll = differing.length <= bucketsRead && lines.length <= rowsShown;
  return [...lines.slice(0, rowsShown), ...(isAll ? [] : [`${table.name}: more rows differ`])];
}

/** The key's text: of the primary key, or of the whole row. */
function keyText({ key }: Table): string {
  return key.length === 0 ? rowText : `row(${key.join(", ")})::text`;
}

function bucketOf(table: Table): string {
  return `(hashtextextended(${keyText(table)}, 0) & ${buckets - 1})::int`;
}

async function bucketHashes(
  side: Snapshot,
  table: Table,
  signal: AbortSignal,
): Promise<Map<number, string>> {
  const sql = `select ${bucketOf(table)}, count(*) || ':' ||
      sum(hashtextextended(${rowText}, 0)::numeric) || ':' ||
      sum(hashtextextended(${rowText}, 1)::numeric)
    from ${sourceOf(table)} group by 1 order by 1`;
  const { rows } = await side.query(sql, [], signal);
  return new Map(rows as [number, string][]);
}

/** Rows by key; without a primary key one key may have several. */
type Rows = Map<string, string[]>;

async function rowsIn(
  side: Snapshot,
  question: { table: Table; buckets: number[]; signal: AbortSignal },
): Promise<Rows> {
  const { table, buckets, signal } = question;
  const sql = `select ${keyText(table)} as key, ${rowText} as content from ${sourceOf(table)}
    where ${bucketOf(table)} = any($1::int[])
    order by ${keyText(table)} collate "C", ${rowText} collate "C"`;
  const { rows } = await side.query(sql, [buckets], signal);
  const found: Rows = new Map();
  for (const [key, content] of rows as [string, string][]) {
    const same = found.get(key);
    if (same) same.push(content);
    else found.set(key, [content]);
  }
  return found;
}

/** What two sets of rows do not share, in sentences. */
export function differenceOf(
  mine: Rows,
  theirs: Rows,
  names: { table: string; one: string; other: string },
): string[] {
  const { table, one, other } = names;
  const lines: string[] = [];
  for (const key of new Set([...mine.keys(), ...theirs.keys()])) {
    const [left, right] = [mine.get(key), theirs.get(key)];
    if (!right) lines.push(`${table}: ${other} lacks ${show(left!)}`);
    else if (!left) lines.push(`${table}: ${other} has ${show(right)}, ${one} does not`);
    else if (left.join("\n") !== right.join("\n")) {
      lines.push(`${table}: ${one} has ${show(left)}, ${other} has ${show(right)}`);
    }
  }
  return lines;
}

function show(rows: readonly string[]): string {
  const text = rows.length === 1 ? rows[0]! : `${rows.length} times ${rows[0]}`;
  return text.length > textMax ? `${text.slice(0, textMax)}...` : text;
}
