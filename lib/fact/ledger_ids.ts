/**
 * Which `:n` of a ledger are in a node's table. The numbers are sent as ranges and compared by the
 * server, so a hundred thousand writes cost one short question.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { LoadSpec } from "../scenario/model.ts";
import type { Scene } from "../run/scene.ts";
import { quoteIdentifier } from "../sql/quote.ts";

/** Numbers as ranges, both ends included, in order. */
export interface Ranges {
  lows: number[];
  highs: number[];
}

/** The ranges of a set of numbers. */
export function rangesOf(ids: Iterable<number>): Ranges {
  const sorted = Float64Array.from(ids).sort();
  const lows: number[] = [];
  const highs: number[] = [];
  for (const id of sorted) {
    const last = highs.length - 1;
    if (last >= 0 && id <= highs[last]! + 1) highs[last] = id;
    else lows.push(id), highs.push(id);
  }
  return { lows, highs };
}

/** `3, 7 to 9, 12`, cut after the first few. */
export function showIds(ids: readonly number[], total: number): string {
  return showRanges(rangesOf(ids)).join(", ") + (total > ids.length ? ", ..." : "");
}

/** `3`, `7 to 9`, `12`. */
export function showRanges({ lows, highs }: Ranges): string[] {
  return lows.map((low, index) => low === highs[index] ? `${low}` : `${low} to ${highs[index]}`);
}

/** Whether a number lies in ranges. */
export function isInRanges(id: number, { lows, highs }: Ranges): boolean {
  let low = 0;
  let high = lows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (highs[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return low < lows.length && lows[low]! <= id;
}

/** What a question about ids found. */
export interface IdsFound {
  total: number;
  /** The smallest ones. */
  first: number[];
}

/** How many ids are named. */
const idsShown = 20;

/**
 * Of these ids, those that are `present` in the ledger's column on a node, or `absent` from it.
 * @throws {SqlError}
 */
export async function findIds(
  scene: Scene,
  node: Node,
  question: {
    which: "present" | "absent";
    ledger: NonNullable<LoadSpec["ledger"]>;
    ranges: Ranges;
    signal: AbortSignal;
  },
): Promise<IdsFound> {
  const { which, ledger, ranges, signal } = question;
  const sql = `
    with ${askedAndFound(which, ledger)}
    select (select count(*)::int from found),
      array(select id from found order by id limit ${idsShown})`;
  const parameters = [ranges.lows, ranges.highs];
  const [total, first] = (await scene.observer.ask(node, sql, parameters, signal)).rows[0]!;
  return { total: total as number, first: (first as unknown[]).map(Number) };
}

/** How many ranges of missing numbers are fetched: what is lost in a row is one. */
const rangesMax = 10_000;

/** Numbers that are missing, each of them, as ranges. */
export interface Missing extends Ranges {
  total: number;
  /** False: there are more ranges than are told. */
  isWhole: boolean;
}

/**
 * Of these ids, those that are absent from the ledger's column on a node: every one of them, as
 * ranges of numbers that follow each other.
 * @throws {SqlError}
 */
export async function findMissing(
  scene: Scene,
  node: Node,
  question: Omit<Parameters<typeof findIds>[2], "which">,
): Promise<Missing> {
  const { ledger, ranges, signal } = question;
  // Numbers that follow each other keep their distance from their place in the list.
  const sql = `
    with ${askedAndFound("absent", ledger)}, island as (
      select min(id) as low, max(id) as high
      from (select id, id - row_number() over (order by id) as start from found) as numbered
      group by start
    )
    select (select count(*)::int from found), (select count(*)::int from island),
      array(select low from island order by low limit ${rangesMax}),
      array(select high from island order by low limit ${rangesMax})`;
  const parameters = [ranges.lows, ranges.highs];
  const { rows } = await scene.observer.ask(node, sql, parameters, signal);
  const [total, islands, lows, highs] = rows[0] as [number, number, unknown[], unknown[]];
  return {
    total,
    isWhole: islands <= rangesMax,
    lows: lows.map(Number),
    highs: highs.map(Number),
  };
}

/** A hash over the column once, whatever the number of ranges; "not in" would stumble over nulls. */
function askedAndFound(
  which: "present" | "absent",
  ledger: NonNullable<LoadSpec["ledger"]>,
): string {
  const table = ledger.table.split(".").map(identifier).join(".");
  return `asked as (
      select id from unnest($1::int8[], $2::int8[]) as range (low, high),
        generate_series(low, high) as id
    ), found as (
      select id from asked where ${which === "absent" ? "not" : ""} exists (
        select from ${table} as ledger where ledger.${identifier(ledger.column)} = asked.id
      )
    )`;
}

/** As SQL reads an unquoted word, but a reserved one is taken too. */
function identifier(word: string): string {
  return quoteIdentifier(word.toLowerCase());
}
