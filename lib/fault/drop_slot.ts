/**
 * `drop_slot`: a physical replication slot of the node disappears, as when somebody tidies up. Who
 * uses it is cut off first. Healing makes it again; the WAL it kept may be gone by then.
 * Source: https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION
 *
 * @module
 */
import { z } from "zod";
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { SqlError } from "../sql/session.ts";
import { defineFault, FaultError } from "./kind.ts";
import { eventually, mustRun } from "./proof.ts";

/** The walsender that holds it must have ended, which may take a moment. */
const releaseMs = 15_000;

/** `object_in_use`. */
const inUse = "55006";

/** The fault. */
export const drop_slot = defineFault({
  name: "drop_slot",
  summary: "A replication slot disappears while a replica relies on it",
  words: { slot: z.string().min(1).describe("name of a physical slot of the node") },
  requires: [],
  silences: false,
  async inject(scene, node, { slot }, signal) {
    await mustRun(node, "drop a slot of");
    const found = await find(scene, node, { slot, signal });
    if (!found) throw new FaultError(`Cannot drop slot ${slot} of ${node.name}: there is none`);
    if (found.type !== "physical") {
      throw new FaultError(`Cannot drop slot ${slot}: a logical one could not be made again`);
    }
    const done = await eventually(
      () => drop(scene, node, { slot, signal }),
      (dropped) => dropped,
      { ms: releaseMs, signal },
    );
    if (!done || await find(scene, node, { slot, signal })) {
      throw new FaultError(`Slot ${slot} of ${node.name} is still there, somebody holds it`);
    }
    const user = found.active ? "cut off from it" : "not using it";
    return {
      proof: `${node.name} has no slot ${slot} any more, which kept WAL from ${found.restart}; ` +
        `its replica was ${user}`,
      async heal(limit) {
        if (await find(scene, node, { slot, signal: limit })) {
          return `slot ${slot} of ${node.name} was made again by the scenario`;
        }
        const make = "select pg_create_physical_replication_slot($1)";
        await scene.observer.ask(node, make, [slot], limit);
        return `slot ${slot} of ${node.name} was made again, empty`;
      },
    };
  },
});

interface Slot {
  type: string;
  active: boolean;
  restart: string;
}

async function find(
  scene: Scene,
  node: Node,
  { slot, signal }: { slot: string; signal: AbortSignal },
): Promise<Slot | undefined> {
  const sql = `select slot_type, active, coalesce(restart_lsn::text, 'nowhere')
    from pg_replication_slots where slot_name = $1`;
  const [row] = (await scene.observer.ask(node, sql, [slot], signal)).rows;
  return row && { type: String(row[0]), active: row[1] === true, restart: String(row[2]) };
}

/** False when its user has not let go of it yet. */
async function drop(
  scene: Scene,
  node: Node,
  { slot, signal }: { slot: string; signal: AbortSignal },
): Promise<boolean> {
  const cut = `select pg_terminate_backend(active_pid) from pg_replication_slots
    where slot_name = $1 and active`;
  await scene.observer.ask(node, cut, [slot], signal);
  try {
    await scene.observer.ask(node, "select pg_drop_replication_slot($1)", [slot], signal);
    return true;
  } catch (error) {
    if (error instanceof SqlError && error.code === inUse) return false;
    throw error;
  }
}
