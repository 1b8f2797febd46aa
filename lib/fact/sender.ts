/**
 * The other end of a replica's stream: its row in pg_stat_replication of the node it receives from.
 * Source: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import type { Receiver } from "./receiver.ts";

/** One row of pg_stat_replication. */
export interface Sender {
  pid: number;
  applicationName: string;
  /** Client address; null over a Unix socket. */
  client: string | null;
  /** `startup`, `catchup`, `streaming`, `backup`, `stopping`. */
  state: string;
  /** `async`, `potential`, `sync`, `quorum`. */
  syncState: string;
  sentLsn: string | null;
  /** The slot it sends for. */
  slot: string | null;
}

const sql = `
  select pid, application_name, host(client_addr), state, sync_state, sent_lsn::text, slot_name
  from pg_stat_replication left join pg_replication_slots on active_pid = pid
  order by pid`;

/** Asks a node for everyone it sends to. */
export async function sendersOf(scene: Scene, node: Node, signal: AbortSignal): Promise<Sender[]> {
  const { rows } = await scene.observer.ask(node, sql, [], signal);
  return (rows as [number, string, string | null, string, string, string | null, string | null][])
    .map(([pid, applicationName, client, state, syncState, sentLsn, slot]) => ({
      pid,
      applicationName,
      client,
      state,
      syncState,
      sentLsn,
      slot,
    }));
}

/** The row of one replica, or why there is none that is certainly its own. */
export type Match = { sender: Sender } | { missing: string } | { ambiguous: string };

/** What a receiver is called when nobody gave it a name. */
const anonymous = "walreceiver";

/**
 * Finds a replica's own row: by its slot, which only one can use; else by the name it gives itself,
 * when that tells it apart; else by its address, when it is not shared. A guess is never made.
 */
export function matchSender(
  senders: readonly Sender[],
  replica: { name: string; isOnly: boolean; receiver: Receiver },
): Match {
  const { slot, ownAddress } = replica.receiver;
  const name = replica.receiver.applicationName ?? replica.name;
  if (slot !== null) {
    const [own] = senders.filter((each) => each.slot === slot);
    return own ? { sender: own } : { missing: `no row for its slot ${slot}` };
  }
  const named = senders.filter((each) => each.applicationName === name);
  if (named.length === 0) return { missing: `no row named "${name}"` };
  if (name !== anonymous || replica.isOnly) {
    if (named.length === 1) return { sender: named[0]! };
  }
  const near = ownAddress === null || isLoopback(ownAddress)
    ? []
    : named.filter((each) => each.client === ownAddress);
  if (near.length === 1) return { sender: near[0]! };
  if (near.length === 0 && ownAddress !== null && !isLoopback(ownAddress)) {
    return { missing: `no row named "${name}" from ${ownAddress}` };
  }
  const rows = named.length === 1 ? "the one row" : `${named.length} rows`;
  return {
    ambiguous: `${rows} named "${name}" cannot be told apart: ` +
      `give each replica a cluster_name, an application_name or a slot of its own`,
  };
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}
