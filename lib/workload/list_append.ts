/**
 * `list_append`: transactions append to lists and read them where the workload writes; others only
 * read, on the nodes that are read. Every list tells the order in which it was written, and all of
 * them together whether there is an order of the transactions at all. The workload is Elle's.
 * Source: Kingsbury and Alvaro, Elle: Inferring Isolation Anomalies from Experimental Observations,
 * VLDB 14 (2020).
 *
 * An append works as applications do that compute for themselves: it reads the list and writes the
 * longer one, so at read committed it can be overwritten. Rows are there from the start: what
 * INSERT ... ON CONFLICT does beyond that is another question.
 *
 * @module
 */
import type { MicroOp, Reading } from "../history/history.ts";
import { inTurns, pick, type Talk, type WorkloadKind } from "./kind.ts";

/** Lists in use at a time; how long one becomes before another takes its place; how many there are. */
const [open, lengthMax, lists] = [4, 24, 5000];

/** Most parts of a transaction; share of transactions that only read; of parts that append. */
const [partsMax, readShare, appendShare] = [3, 0.5, 0.5];

/** The kind. */
export const list_append: WorkloadKind = {
  name: "list_append",
  summary: "transactions append to lists and read several of them",
  setup: (table) =>
    `create table ${table} (key int primary key, elements bigint[] not null default '{}');
    insert into ${table} select g from generate_series(0, ${lists - 1}) g`,
  actors(ground) {
    const { table, clients, readers } = ground;
    // What all clients share: elements are unique, and full lists are left behind.
    const appended = new Uint32Array(lists);
    let [first, last] = [0, 0];
    const append = (key: number): MicroOp => {
      if (++appended[key]! >= lengthMax && key === first && first < lists - open) first++;
      return { f: "append", key, value: ++last };
    };
    return Array.from({ length: clients }, (_, client) => {
      const random = ground.randomOf(client);
      const part = (isRead: boolean): MicroOp => {
        const key = first + Math.floor(random() * open);
        return isRead || random() >= appendShare ? { f: "list", key } : append(key);
      };
      return {
        intervalMs: inTurns(ground),
        next() {
          const isRead = random() < readShare;
          const length = 1 + Math.floor(random() * partsMax);
          const ops = Array.from({ length }, () => part(isRead));
          return {
            // One that came out as reads only writes nothing where it would write.
            reader: isRead ? pick(readers, random) : undefined,
            ops,
            perform: (talk) => talk.transaction(() => performAll(talk, table, ops)),
          };
        },
      };
    });
  },
};

async function performAll(talk: Talk, table: string, ops: readonly MicroOp[]): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const op of ops) {
    const read = `select elements from ${table} where key = $1`;
    const [row] = await talk.ask(read, [op.key]);
    const elements = (row?.[0] as string[] | undefined ?? []).map(Number);
    if (op.f !== "append") readings.push(elements);
    else {
      const longer = `{${[...elements, op.value].join(",")}}`;
      await talk.ask(`update ${table} set elements = $2 where key = $1`, [op.key, longer]);
      readings.push(undefined);
    }
  }
  return readings;
}
