/**
 * Whom a replica is told to follow, and how its receiver stands, by its own word.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { type Conninfo, parseConninfo } from "../cluster/conninfo.ts";
import type { Scene } from "../run/scene.ts";
import { receivedSql } from "../sql/wal.ts";
import type { Link } from "./links.ts";

/** What a node says of its upstream. */
export interface Followed {
  isReplica: boolean;
  /** Its `primary_conninfo`; empty when it has none. */
  conninfo: Conninfo;
  /** Where that setting comes from, as pg_settings says it. */
  source: string;
  /** The node it leads to; undefined: none of the cluster. */
  upstream: Node | undefined;
  /** Through which relay; undefined: through none. */
  link: Link | undefined;
  /** `streaming`, ...; null when no receiver runs. */
  status: string | null;
  pid: number | null;
  /** The port it is connected to. */
  port: number | null;
  /** Up to where it has WAL. */
  received: string | null;
}

const sql = `select pg_is_in_recovery(), setting, source, status, pid, sender_port,
    case when pg_is_in_recovery() then ${receivedSql} end::text
  from pg_settings left join pg_stat_wal_receiver on true where name = 'primary_conninfo'`;

/** Asks a node. */
export async function followed(scene: Scene, node: Node, signal: AbortSignal): Promise<Followed> {
  const [isReplica, setting, source, status, pid, port, received] =
    (await scene.observer.ask(node, sql, [], signal)).rows[0] as [
      boolean,
      string,
      string,
      string | null,
      number | null,
      number | null,
      string | null,
    ];
  const conninfo: Conninfo = parseConninfo(setting) ?? new Map();
  const host = conninfo.get("host") ?? conninfo.get("hostaddr") ?? null;
  const to = Number(conninfo.get("port") ?? 5432);
  return {
    ...{ isReplica, conninfo, source, status, pid, port, received },
    upstream: scene.links.behind(node, host, to),
    link: scene.links.at(node, to),
  };
}
