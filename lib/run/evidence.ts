/**
 * What is looked at when a case did not pass, before anything is undone: each node's processes,
 * positions and replication as the servers show them, and what a pooler said. Never fails: what
 * cannot be seen is said.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Stage } from "./stage.ts";
import { limits } from "./limits.ts";

/** Position and role; every function here exists since PostgreSQL 14. */
const positionSql = `select case when pg_is_in_recovery() then 'replica' else 'primary' end,
  (pg_control_checkpoint()).timeline_id,
  case when pg_is_in_recovery() then null else pg_current_wal_flush_lsn()::text end,
  pg_last_wal_receive_lsn()::text, pg_last_wal_replay_lsn()::text,
  case when pg_is_in_recovery() then pg_get_wal_replay_pause_state() end,
  (select status from pg_stat_wal_receiver)`;

const sendersSql =
  `select application_name, state, sent_lsn::text, flush_lsn::text, replay_lsn::text, sync_state
  from pg_stat_replication order by 1`;

const slotsSql =
  `select slot_name, active, restart_lsn::text, wal_status from pg_replication_slots`;

/** Looks at every node of a stage. */
export async function collectEvidence(stage: Stage): Promise<Evidence[]> {
  const signal = AbortSignal.timeout(limits.evidenceMs * stage.timeScale);
  const found = await Promise.all(stage.cluster.nodes.map((node) => lookAt(node, stage, signal)));
  const pooler = (await stage.poolerLog()).map((text) => ({
    kind: "log",
    text: `pooler: ${text}`,
  }));
  return [...found.flat(), ...pooler];
}

async function lookAt(node: Node, stage: Stage, signal: AbortSignal): Promise<Evidence[]> {
  const here = { node: node.name };
  try {
    const state = await node.state();
    if (state !== "running") {
      return [{ kind: "process", ...here, text: `${node.name} is ${state}` }];
    }
    const ask = async (sql: string) =>
      (await stage.observer.ask(node, sql, [], signal)).rows as (string | number | null)[][];
    const [[role, checkpointed, flushed, received, replayed, paused, receiver] = []] = await ask(
      positionSql,
    );
    const positions = role === "primary"
      ? `flushed ${flushed}`
      : `received ${received ?? "nothing"}, replayed ${replayed ?? "nothing"}, replay ${paused}, ` +
        `receiver ${receiver ?? "absent"}`;
    const text =
      `${node.name} is ${role}, ${positions}, timeline at the last checkpoint ${checkpointed}`;
    const data = { role, checkpointed, flushed, received, replayed, paused, receiver };
    const evidence: Evidence[] = [{ kind: "lsn", ...here, text, data }];
    for (const [name, phase, sent, flush, replay, sync] of await ask(sendersSql)) {
      const said =
        `sends to ${name}: ${phase}, ${sync}, sent ${sent}, flush ${flush}, replay ${replay}`;
      evidence.push({ kind: "rows", ...here, text: `${node.name} ${said}` });
    }
    for (const [name, active, restart, status] of await ask(slotsSql)) {
      const said = `slot ${name}: ${active ? "active" : "inactive"}, from ${restart}, ${status}`;
      evidence.push({ kind: "rows", ...here, text: `${node.name} has ${said}` });
    }
    return evidence;
  } catch (error) {
    const text = `${node.name} could not be looked at: ${(error as Error).message}`;
    return [{ kind: "error", ...here, text }];
  }
}
