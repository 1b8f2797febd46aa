/**
 * `bank`: transfers between accounts where the workload writes, reads of all accounts on the nodes
 * that are read. Whoever reads them in one snapshot finds the same sum.
 *
 * A transfer works as applications do that compute for themselves: it reads both balances, and writes
 * what they become. At read committed two of them can overwrite each other (a lost update); from
 * repeatable read on the later one is refused.
 * Source: https://www.postgresql.org/docs/current/transaction-iso.html#XACT-REPEATABLE-READ
 *
 * @module
 */
import type { Bank } from "../history/bank.ts";
import { Declined, inTurns, pick, type Talk, type WorkloadKind } from "./kind.ts";

/** What each account begins with, and the most that is moved at once. */
const [balance, amountMax] = [100, 5];

/** The accounts. */
export const accounts: Bank = { accounts: 8, total: 8 * balance };

/** Share of operations that are transfers. */
const transferShare = 0.5;

/** The kind. */
export const bank: WorkloadKind = {
  name: "bank",
  summary: "transfers between accounts, and reads of all of them",
  setup: (table) =>
    `create table ${table} (id int primary key, balance bigint not null);
    insert into ${table} select g, ${balance} from generate_series(0, ${accounts.accounts - 1}) g`,
  actors(ground) {
    const { table, clients, readers } = ground;
    const keys = Array.from({ length: accounts.accounts }, (_, key) => key);
    const all = `select id, balance from ${table} order by id`;
    return Array.from({ length: clients }, (_, client) => {
      const random = ground.randomOf(client);
      return {
        intervalMs: inTurns(ground),
        next() {
          if (random() >= transferShare) {
            return {
              reader: pick(readers, random),
              ops: keys.map((key) => ({ f: "read", key })),
              perform: async (talk) => balancesOf(await talk.ask(all), keys),
            };
          }
          const from = pick(keys, random);
          const to = pick(keys.filter((key) => key !== from), random);
          const amount = 1 + Math.floor(random() * amountMax);
          return {
            ops: [{ f: "add", key: from, value: -amount }, { f: "add", key: to, value: amount }],
            perform: async (talk) => {
              await talk.transaction(() => transfer(talk, { table, from, to, amount }));
              return [];
            },
          };
        },
      };
    });
  },
};

function balancesOf(rows: unknown[][], keys: readonly number[]): (number | null)[] {
  const found = new Map(rows.map(([id, balance]) => [Number(id), Number(balance)]));
  return keys.map((key) => found.get(key) ?? null);
}

async function transfer(
  talk: Talk,
  how: { table: string; from: number; to: number; amount: number },
): Promise<void> {
  const { table, from, to, amount } = how;
  const read = `select id, balance from ${table} where id in ($1, $2)`;
  const [before, there] = balancesOf(await talk.ask(read, [from, to]), [from, to]);
  if (before! < amount) throw new Declined(`account ${from} has ${before}, not ${amount}`);
  const changes = [[from, before! - amount], [to, there! + amount]] as const;
  // In one order, or two transfers would wait for each other.
  for (const [id, balance] of changes.toSorted(([a], [b]) => a - b)) {
    await talk.ask(`update ${table} set balance = $2 where id = $1`, [id, balance]);
  }
}
