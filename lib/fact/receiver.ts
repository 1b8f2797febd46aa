/**
 * From whom a replica receives WAL, by its own word.
 * Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-WAL-RECEIVER-VIEW
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";

/** The WAL receiver of a node. */
export interface Receiver {
  /** False on a primary: it receives from nobody. */
  isStandby: boolean;
  /** `streaming`, `waiting`, ...; null when no receiver runs. */
  status: string | null;
  senderHost: string | null;
  senderPort: number | null;
  slot: string | null;
  /** Under which name the sender knows it; null when that cannot be told. */
  applicationName: string | null;
  /** Address from which the node's own answer came: of its container, or loopback. */
  ownAddress: string | null;
}

const sql = `
  select pg_is_in_recovery(), status, sender_host, sender_port, slot_name, conninfo,
    host(inet_server_addr())
  from (select 1) as always left join pg_stat_wal_receiver on true`;

/** Asks a node for its receiver. */
export async function receiverOf(scene: Scene, node: Node, signal: AbortSignal): Promise<Receiver> {
  const { rows } = await scene.observer.ask(node, sql, [], signal);
  const [isStandby, status, senderHost, senderPort, slot, conninfo, ownAddress] = rows[0] as [
    boolean,
    string | null,
    string | null,
    number | null,
    string | null,
    string | null,
    string | null,
  ];
  const applicationName = conninfo === null ? null : applicationNameOf(conninfo) ?? null;
  return { isStandby, status, senderHost, senderPort, slot, applicationName, ownAddress };
}

/**
 * The name a receiver gives itself. The view shows every option of the connection, values unquoted
 * and the password masked; the fallback is cluster_name or `walreceiver`.
 * Source: libpqrcv_connect and libpqrcv_get_conninfo in libpqwalreceiver.c.
 */
export function applicationNameOf(conninfo: string): string | undefined {
  for (const option of ["application_name", "fallback_application_name"]) {
    const match = new RegExp(`(?:^|\\s)${option}=(.*?)(?=\\s+[a-z_]+=|$)`).exec(conninfo);
    const name = match?.[1]?.trim().replace(/^'(.*)'$/, "$1");
    if (name) return name;
  }
  return undefined;
}

/** Where a receiver stands, when it does not stream. */
export function whyNotReceiving({ isStandby, status }: Receiver): string | undefined {
  if (!isStandby) return "is a primary, it receives from nobody";
  if (status === null) return "runs no WAL receiver";
  return status === "streaming" ? undefined : `has a WAL receiver that is ${status}`;
}
