/**
 * `restore`: replaces a node's data by a backup that `do: backup` took, and recovers: to the end of
 * what there is, or to a point in time, a position, a transaction, a named restore point. WAL comes
 * from the archive (`cluster: archive`) and from the backup itself.
 *
 *     then: promote   a primary on a timeline of its own (the default)
 *           pause     a replica that stands at the target
 *           shutdown  stopped at the target
 *           replica   a replica that lives on the archive alone
 *           crash     started without recovery.signal, as after a power cut
 *
 * Source: https://www.postgresql.org/docs/current/runtime-config-wal.html#RUNTIME-CONFIG-WAL-RECOVERY-TARGET
 *
 * @module
 */
import { z } from "zod";
import type { LogMark, Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import { ownName, ref } from "../scenario/words.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { positionEvidence, positionOf } from "./position.ts";
import { proveWrites } from "./promote.ts";
import { fails, proveRefusal } from "./refusal.ts";
import { stopOne } from "./stop.ts";
import type { Sight } from "../sql/look_until.ts";
import { until } from "./wait.ts";

const target = z.union([ref, z.string(), z.number()]).optional();

const then = z.enum(["promote", "pause", "shutdown", "replica", "crash"]).optional()
  .describe("what the node is afterwards; default promote");

const words = {
  of: ownName.describe("the backup's name"),
  to: z.enum(["end", "immediate"]).optional()
    .describe("without a target: default end, immediate is as soon as the data is consistent"),
  to_time: target.describe("a time, as recovery_target_time takes it"),
  to_lsn: target.describe("a position in the WAL"),
  to_xid: target.describe("a transaction"),
  to_point: target.describe("a restore point, of pg_create_restore_point()"),
  then,
  inclusive: z.boolean().optional().describe("whether the target itself is replayed; default true"),
  timeline: z.union([ref, z.enum(["latest", "current"]), z.int().min(1)]).optional()
    .describe("the timeline to recover along; default latest"),
  label: z.union([ref, z.string()]).optional()
    .describe("written as backup_label: what pg_backup_stop() gave to the scenario"),
  fails,
};
type Words = z.infer<z.ZodObject<typeof words>>;

/** The operation. All nodes at once. */
export const restore = defineOperation({
  name: "restore",
  summary: "Replaces a node's data by a backup and recovers, to the end or to a target",
  words,
  requires: ["backups"],
  defaultNode: undefined,
  perform: (scene, nodes, words, signal) =>
    Promise.all(nodes.map((node) => restoreOne(scene, node, { words, signal }))),
});

async function restoreOne(
  scene: Scene,
  node: Node,
  { words, signal }: { words: Words; signal: AbortSignal },
): Promise<Evidence> {
  const { then = "promote" } = words;
  if (!node.restoreBackup) {
    throw new OperationError(`Cannot restore ${node.name}: not on this target`);
  }
  const settings = settingsOf(scene, node, words);
  await stopOne(scene, node, { mode: "immediate", signal });
  await node.restoreBackup(words.of, {
    signal: then === "replica" ? "standby" : then === "crash" ? "none" : "recovery",
    settings,
    ...(words.label === undefined ? {} : { label: String(words.label) }),
  }, signal);
  const mark = await node.markLog();
  if (words.fails !== undefined) {
    return await proveRefusal(node, { fails: words.fails, mark, signal });
  }
  if (then === "shutdown") return await proveShutdown(node, { mark, signal });
  await node.start(signal);
  const position = await until(node, `be restored (${then})`, {
    look: () => arrival(scene, node, { then, mark, signal }),
    signal,
  });
  if (then === "promote") await proveWrites(scene, node, signal);
  const paused = then === "pause" ? " and paused" : "";
  return positionEvidence(node, `was restored from ${words.of}${paused}`, position);
}

/** The setting that each word stands for. */
const targets = [
  ["recovery_target_time", "to_time"],
  ["recovery_target_lsn", "to_lsn"],
  ["recovery_target_xid", "to_xid"],
  ["recovery_target_name", "to_point"],
] as const;

/** The recovery settings that the words stand for. */
function settingsOf(scene: Scene, node: Node, words: Words): Record<string, string> {
  const { to, then = "promote", inclusive, timeline } = words;
  if (then === "crash") return {};
  const settings: Record<string, string> = {};
  if (to === "immediate") settings.recovery_target = to;
  // Several at once are for the server to refuse.
  for (const [setting, word] of targets) {
    if (words[word] !== undefined) settings[setting] = String(words[word]);
  }
  // Without a target there is nothing to pause or end at: the end of the WAL always promotes.
  if (then !== "replica") settings.recovery_target_action = then;
  // It must live on the archive alone.
  else settings.primary_conninfo = "";
  if (inclusive !== undefined) settings.recovery_target_inclusive = inclusive ? "on" : "off";
  if (timeline !== undefined) settings.recovery_target_timeline = String(timeline);
  const isArchived = scene.cluster.archive !== undefined ||
    node.declared.settings.some(({ name }) => name.toLowerCase() === "restore_command");
  // Recovery insists on a command; what the backup holds is then all there is.
  if (!isArchived) settings.restore_command = "false";
  return settings;
}

async function arrival(
  scene: Scene,
  node: Node,
  how: { then: NonNullable<Words["then"]>; mark: LogMark; signal: AbortSignal },
): Promise<Sight<Awaited<ReturnType<typeof positionOf>>>> {
  const { then, mark, signal } = how;
  const now = await positionOf(scene, node, signal);
  const [last = "no line in its log"] = (await node.readLog(mark, 1)).slice(-1);
  if (then === "promote") {
    return now.role === "primary" ? { done: now } : { seen: `in recovery at ${now.lsn}; ${last}` };
  }
  if (then === "pause") {
    const sql =
      "select case when pg_is_in_recovery() then pg_get_wal_replay_pause_state() else 'no more' end";
    const state = await scene.observer.value(node, sql, signal);
    if (state === "paused") return { done: now };
    if (state === "no more") {
      throw new OperationError(`${node.name} did not pause: it is a primary`);
    }
    return { seen: `${state} at ${now.lsn}; ${last}` };
  }
  if (then === "replica" && now.role !== "replica") {
    throw new OperationError(`${node.name} was to be a replica, but it is a primary`);
  }
  return { done: now };
}

/** Starts it and waits until it has ended at its target. */
async function proveShutdown(
  node: Node,
  how: { mark: LogMark; signal: AbortSignal },
): Promise<Evidence> {
  const ended = await proveRefusal(node, { ...how, fails: "shutdown at recovery target" });
  return { ...ended, text: ended.text.replace("did not come up", "reached its target and ended") };
}
