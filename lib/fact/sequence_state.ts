/**
 * Sequences: not part of a snapshot, and a replica's is ahead on purpose. nextval() logs a value 32
 * fetches further than the one it gives, and then logs nothing until those are used up.
 * Source: SEQ_LOG_VALS and nextval_internal() in src/backend/commands/sequence.c.
 *
 * @module
 */
import type { Snapshot } from "./snapshot.ts";

/** SEQ_LOG_VALS. */
const loggedAhead = 32n;

/** One sequence as it stands. */
export interface SequenceState {
  last: bigint;
  isCalled: boolean;
  increment: bigint;
  cache: bigint;
  isCycle: boolean;
}

const listSql = `
  select format('%I.%I', n.nspname, c.relname), seqincrement::text, seqcache::text, seqcycle
  from pg_sequence join pg_class c on c.oid = seqrelid
    join pg_namespace n on n.oid = c.relnamespace
  where c.relpersistence = 'p' and n.nspname !~ '^pg_' and ($1::oid[] is null or exists (
    select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
      and d.refclassid = 'pg_class'::regclass and d.refobjid = any($1)
  ))
  order by 1`;

/** The database's sequences by name, or those that belong to the tables with these oids. */
export async function readSequences(
  snapshot: Snapshot,
  oids: number[] | undefined,
  signal: AbortSignal,
): Promise<Map<string, SequenceState>> {
  const { rows } = await snapshot.query(listSql, [oids ?? null], signal);
  const found = new Map<string, SequenceState>();
  for (const [name, increment, cache, isCycle] of rows as [string, string, string, boolean][]) {
    const sql = `select last_value::text, is_called from ${name}`;
    const [last, isCalled] = (await snapshot.query(sql, [], signal)).rows[0] as [string, boolean];
    found.set(name, {
      last: BigInt(last),
      isCalled,
      increment: BigInt(increment),
      cache: BigInt(cache),
      isCycle,
    });
  }
  return found;
}

/** What is wrong with a replica's sequence; undefined when it may stand where it does. */
export function sequenceProblem(
  primary: SequenceState,
  replica: SequenceState | undefined,
): string | undefined {
  if (!replica) return "is missing";
  // A sequence that starts again from its other end is ahead and behind at once.
  if (primary.isCycle) return undefined;
  const step = primary.increment < 0n ? -primary.increment : primary.increment;
  const ahead = (replica.last - primary.last) * (primary.increment < 0n ? -1n : 1n);
  const places = `at ${replica.last}, the primary's at ${primary.last}`;
  if (ahead < 0n) return `is behind: ${places}`;
  if (ahead > (loggedAhead + primary.cache) * step) return `is too far ahead: ${places}`;
  if (primary.isCalled && !replica.isCalled) return `is behind: unused ${places}`;
  return undefined;
}
