/**
 * `disk_full`: no space is left on the file system of a server's data, or of its WAL. What the server
 * does about it depends on whose space it is:
 *
 *              │ primary                            │ replica
 *     ─────────┼────────────────────────────────────┼───────────────────────────────────────────
 *     the data │ the statement fails, ERROR 53100   │ replay cannot go on: the server goes down
 *     the WAL  │ PANIC, and no recovery without     │ the WAL receiver ends and is tried again;
 *              │ space: the server goes down        │ the server answers from what it has
 *
 * Sources: XLogWrite() in src/backend/access/transam/xlog.c is a critical section, in which an error
 * is a PANIC; the startup process has nobody to return to, an error ends it.
 *
 * Something is written until the server's own log says that there is no space, so the proof is the
 * server's word. Healing gives the space back and waits until it writes, or streams, again.
 *
 * @module
 */
import { z } from "zod";
import { type DiskPart, diskParts } from "../cluster/disk.ts";
import type { LogMark, Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { formatSize } from "../sql/size.ts";
import { storesAgain, until, writeUntilFull } from "./disk_writing.ts";
import { defineFault, FaultError } from "./kind.ts";
import { mustRun, refusal } from "./proof.ts";

/** The server's words for ENOSPC, which come from the C library. */
const said = /No space left on device/;

/** The fault. */
export const disk_full = defineFault({
  name: "disk_full",
  summary: "No space is left on the file system of a server's data, or of its WAL",
  words: {
    disk: z.enum(diskParts).default("data")
      .describe("which is full: that of the data without the WAL, or that of the WAL"),
  },
  requires: ["disk_faults"],
  silences: true,
  async inject(scene, node, { disk }, signal) {
    await mustRun(node, "fill the disk of");
    if (!node.fillDisk) throw new FaultError(`Cannot fill the disk of ${node.name} on this target`);
    const isReplica = await scene.observer.value(node, "select pg_is_in_recovery()", signal);
    const full = { node, disk, isReplica: isReplica === true, log: await node.markLog() };
    try {
      const taken = await node.fillDisk(disk, signal);
      const line = await writeUntilFull(scene, { ...full, said, signal });
      const outcome = await outcomeOf(full, line, signal);
      return {
        proof: `the disk of ${node.name}'s ${disk} is full, ${formatSize(taken)} were taken; it ` +
          `says: ${line}; ${outcome}`,
        heal: (limit) => heal(scene, node, { disk, signal: limit }),
      };
    } catch (error) {
      // Nothing is left changed.
      await heal(scene, node, { disk, signal: AbortSignal.timeout(undoMs) }).catch(() => {});
      throw error;
    }
  },
});

/** How long taking an injection back may take, in milliseconds. */
const undoMs = 30_000;

/** What the server did about it. */
async function outcomeOf(
  { node, disk, isReplica, log }: {
    node: Node;
    disk: DiskPart;
    isReplica: boolean;
    log: LogMark;
  },
  line: string,
  signal: AbortSignal,
): Promise<string> {
  const isFatal = (disk === "wal") !== isReplica || line.includes("PANIC:");
  if (!isFatal) return "the server goes on";
  const isDown = await until(async () => await node.state() === "stopped", signal);
  if (isDown) return "the server went down";
  const last = (await node.readLog(log)).findLast((each) => /LOG:/.test(each));
  return `the server has not gone down, it says last: ${last}`;
}

/** Gives the space back; the server runs, and stores, again. */
async function heal(
  scene: Scene,
  node: Node,
  { disk, signal }: { disk: DiskPart; signal: AbortSignal },
): Promise<string> {
  const left = await node.freeDisk!(disk, signal);
  const freed = left > 0 ? `the server had found ${formatSize(left)} itself; ` : "";
  const back = await answersAgain(node, signal);
  return `${freed}the space is back; ${back}${await storesAgain(scene, node, { disk, signal })}`;
}

/**
 * Starts it where it went down, also a little later. A server that was recovering when it met the end
 * of the space may wait for ever for a process that has given up: that one is ended first.
 */
async function answersAgain(node: Node, signal: AbortSignal): Promise<string> {
  const answers = () =>
    until(async () => {
      if (await node.state() === "stopped") await node.start(signal);
      return await refusal(node, signal) === undefined;
    }, signal);
  if (await answers()) return "";
  await node.kill(signal);
  if (await answers()) return "it did not come back by itself, and was killed and started; ";
  throw new FaultError(`${node.name} has space again, but does not answer`);
}
