/**
 * `sessions`: each client counts up a value of its own, and reads its own and the others' on the
 * nodes that are read, one after the other as chance has it. Values only grow and each has one
 * writer, so a smaller value is an older one.
 *
 * @module
 */
import { inTurns, pick, type WorkloadKind } from "./kind.ts";
import { readValue } from "./read_value.ts";

/** Share of operations that write, and of reads that are of the client's own value. */
const [writeShare, ownShare] = [0.3, 0.7];

/** The kind. */
export const sessions: WorkloadKind = {
  name: "sessions",
  summary: "each client counts up its own value and reads it, and others', on several nodes",
  setup: (table) => `create table ${table} (key int primary key, value bigint not null)`,
  actors(ground) {
    const { table, clients, readers } = ground;
    const write = `insert into ${table} values ($1, $2)
      on conflict (key) do update set value = excluded.value`;
    const read = `select value from ${table} where key = $1`;
    return Array.from({ length: clients }, (_, own) => {
      const random = ground.randomOf(own);
      let last = 0;
      return {
        intervalMs: inTurns(ground),
        next() {
          if (random() < writeShare) {
            const value = ++last;
            return {
              ops: [{ f: "write", key: own, value }],
              perform: async (talk) => (await talk.ask(write, [own, value]), []),
            };
          }
          const key = random() < ownShare ? own : Math.floor(random() * clients);
          return {
            reader: pick(readers, random),
            ops: [{ f: "read", key }],
            perform: async (talk) => [await readValue(talk, read, [key])],
          };
        },
      };
    });
  },
};
