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
  const { lows, highs } = rangesOf(ids);
  const parts = lows.map((low, index) =>
    low === highs[index] ? `${low}` : `${low} to ${highs[index]}`
  );
  return parts.join(", ") + (total > ids.length ? ", ..." : "");
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
  const table = ledger.table.split(".").map(identifier).join(".");
  // A hash over the column once, whatever the number of ranges; "not in" would stumble over nulls.
  const sql = `
    with asked as (
      select id from unnest($1::int8[], $2::int8[]) as range (low, high),
        generate_series(low, high) as id
    ), found as (
      select id from asked where ${which === "absent" ? "not" : ""} exists (
        select from ${table} as ledger where ledger.${identifier(ledger.column)} = asked.id
      )
    )
    select (select count(*)::int from found),
      array(select id from found order by id limit ${idsShown})`;
  const parameters = [ranges.lows, ranges.highs];
  const [total, first] = (await scene.observer.ask(node, sql, parameters, signal)).rows[0]!;
  return { total: total as number, first: (first as unknown[]).map(Number) };
}

/** As SQL reads an unquoted word, but a reserved one is taken too. */
function identifier(word: string): string {
  return quoteIdentifier(word.toLowerCase());
}
