/**
 * `switch_wal`: closes the current WAL file of a primary and goes on in the next, so that the closed
 * one can be archived.
 * Source: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-BACKUP
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { mustRun } from "./wait.ts";

/** The operation. All nodes at once; only primaries have a WAL file to close. */
export const switch_wal = defineOperation({
  name: "switch_wal",
  summary: "Closes the current WAL file of a primary and goes on in the next",
  words: {},
  requires: [],
  defaultNode: "primary",
  perform: (scene, nodes, _words, signal) =>
    Promise.all(nodes.map((node) => switchOne(scene, node, signal))),
});

async function switchOne(scene: Scene, node: Node, signal: AbortSignal): Promise<Evidence> {
  await mustRun(node, "switch the WAL of");
  const value = (sql: string) => scene.observer.value(node, sql, signal).then(String);
  if (await value("select pg_is_in_recovery()") === "true") {
    throw new OperationError(`Cannot switch the WAL of ${node.name}: only a primary writes WAL`);
  }
  const fileSql = "select pg_walfile_name(pg_current_wal_insert_lsn())";
  const closed = await value(fileSql);
  // A file in which nothing was written is not switched; this record makes sure that something is.
  await value("select pg_logical_emit_message(false, 'pgproof', 'switch_wal')::text");
  const lsn = await value("select pg_switch_wal()::text");
  const next = await value(fileSql);
  if (next === closed) {
    throw new OperationError(`${node.name} was told to switch its WAL, but still writes ${closed}`);
  }
  const text = `${node.name} closed ${closed} at ${lsn} and writes ${next}`;
  return { kind: "lsn", node: node.name, text, data: { lsn, closed, next } };
}
