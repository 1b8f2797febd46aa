/**
 * One look at one server: two questions and its log, whatever the number of preconditions.
 *
 * @module
 */
import { declaredConninfo } from "../cluster/conninfo.ts";
import { type Node, wholeLog } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import type { ClusterChange } from "../scenario/model.ts";
import { collationVersion, questions } from "./answers.ts";
import { panicPattern } from "./panics.ts";
import { preconditions } from "./registry.ts";
import type { SeenReceiver, Sight } from "./sight.ts";

const settingNames = [...new Set(preconditions.flatMap(({ settings }) => settings ?? []))];

const answersSql = Object.entries(questions)
  .map(([key, { sql }]) => `'${key}', ${sql}`)
  .join(", ");

/**
 * Everything here exists since PostgreSQL 14. What identifies a run of a server is when it and two of
 * its processes began, in microseconds: two servers may well have the same names, paths and numbers.
 * Slots that a replica keeps in step with its primary's are never active there (`synced`, since 17).
 * The mark of a restart that is due stays when a change is taken back that never was in effect.
 */
const sightSql = `
  with all_settings as materialized (select lower(name) as name, setting, pending_restart,
      source from pg_settings)
  select jsonb_build_object(
    'version', current_setting('server_version_num')::int,
    'server', (select concat_ws(' ', extract(epoch from pg_postmaster_start_time())::text,
        string_agg(extract(epoch from backend_start)::text, ' ' order by backend_type))
      from pg_stat_activity where backend_type in ('checkpointer', 'background writer')),
    'systemIdentifier', (select system_identifier::text from pg_control_system()),
    'isReplica', pg_is_in_recovery(),
    'replay', case when pg_is_in_recovery() then pg_get_wal_replay_pause_state() end,
    'receiver', (select jsonb_build_object('status', status, 'host', sender_host,
      'port', sender_port) from pg_stat_wal_receiver),
    'settings', (select jsonb_object_agg(name, setting) from all_settings where name = any ($1)),
    'pending', (select coalesce(jsonb_agg(name order by name), '[]') from all_settings as own
      where pending_restart and (source = 'configuration file' or exists (
        select from pg_file_settings as file where lower(file.name) = own.name and not applied))),
    'idleSlots', (select coalesce(jsonb_agg(jsonb_build_object('name', slot_name,
        'type', slot_type, 'restart', restart_lsn::text, 'status', wal_status,
        'bytes', pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
          else pg_current_wal_lsn() end, restart_lsn))), '[]')
      from pg_replication_slots as slot
      where not active and coalesce(to_jsonb(slot) ->> 'synced', 'false') = 'false'),
    'prepared', (select coalesce(jsonb_agg('transaction ' || quote_literal(gid) || ' of ' || owner
      || ' in ' || database || ', prepared at ' || prepared), '[]') from pg_prepared_xacts),
    'answers', jsonb_build_object(${answersSql}),
    'logfile', pg_current_logfile())`;

/** What that question is answered with; the rest of a sight is known otherwise. */
type Answered =
  & Omit<Sight, "node" | "role" | "upstream" | "receiver" | "panics">
  & { receiver: Pick<SeenReceiver, "status" | "host" | "port"> | null; logfile: string | null };

/**
 * The version of the library behind the database's collation. Before PostgreSQL 15 it is only known
 * of collations that are named.
 * Source: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-COLLATION
 */
function collationSql(version: number): string {
  return version >= 150_000
    ? `select pg_database_collation_actual_version(oid) from pg_database
      where datname = current_database()`
    : `select max(pg_collation_actual_version(c.oid)) from pg_collation c, pg_database d
      where d.datname = current_database() and c.collprovider = 'c' and c.collcollate = d.datcollate`;
}

/** What the logging collector has, which is not in what the server writes to its output. */
const collectedSql = `select line
  from regexp_split_to_table(encode(pg_read_binary_file($1), 'escape'), '\\n') as line
  where line like '%PANIC%'`;

/**
 * Looks at one server.
 * @throws {SqlError} when it does not answer, {NodeError} when its log cannot be read.
 */
export async function lookAt(
  scene: Scene,
  node: Node,
  { change, signal }: { change: ClusterChange; signal: AbortSignal },
): Promise<Sight> {
  const ask = async (sql: string, parameters: unknown[] = []) =>
    (await scene.observer.ask(node, sql, parameters, signal)).rows;
  const lines = node.readLog(wholeLog);
  // Whoever is waited for first may fail; the other's failure must not go unheard then.
  lines.catch(() => {});
  const { logfile, receiver, ...seen } = (await ask(sightSql, [settingNames]))[0]![0] as Answered;
  const [collation] = (await ask(collationSql(seen.version)))[0] ?? [];
  const collected = logfile === null ? [] : await ask(collectedSql, [logfile]);
  const written = [...await lines, ...collected.map(([line]) => String(line))];
  const upstream = change.upstream?.[node.name] ?? node.declared.upstream;
  return {
    ...seen,
    node: node.name,
    role: node.declared.role,
    ...(upstream === undefined ? {} : { upstream }),
    receiver: receiver && resolved(scene, node, receiver),
    answers: { ...seen.answers, ...(collation ? { [collationVersion]: String(collation) } : {}) },
    panics: written.filter((line) => panicPattern.test(line)),
  };
}

function resolved(
  scene: Scene,
  node: Node,
  receiver: Pick<SeenReceiver, "status" | "host" | "port">,
): SeenReceiver {
  const { host, port } = receiver;
  const sender = scene.links.behind(node, host, port);
  const declared = declaredConninfo(node.declared);
  const hosts = ["host", "hostaddr"].flatMap((key) => declared.get(key)?.split(",") ?? []);
  const ports = declared.get("port")?.split(",") ?? ["5432"];
  const isDeclared = hosts.includes(host ?? "") && ports.includes(String(port));
  return { ...receiver, ...(sender ? { node: sender.name } : {}), isDeclared };
}
