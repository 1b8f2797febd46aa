/**
 * `kill_process`: one process of the server ends by a signal, the postmaster decides what follows.
 *
 *     SIGKILL of any child ──> all others are ended, the server recovers from a crash
 *     SIGKILL of startup   ──> a replica goes down
 *     SIGTERM (`by: terminate`) of a walsender, walreceiver, backend ──> that one alone ends
 *
 * Source: process_pm_child_exit() in src/backend/postmaster/postmaster.c. Healing starts the server
 * where it went down, and waits until such a process is there again.
 *
 * @module
 */
import { z } from "zod";
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { SqlError } from "../sql/session.ts";
import { defineFault, FaultError } from "./kind.ts";
import { bringBack, eventually, mustRun } from "./proof.ts";

/** `backend_type` of pg_stat_activity. */
const backendTypes = {
  backend: "client backend",
  walsender: "walsender",
  walreceiver: "walreceiver",
  checkpointer: "checkpointer",
  startup: "startup",
  walwriter: "walwriter",
  background_writer: "background writer",
  archiver: "archiver",
} as const;

type Process = keyof typeof backendTypes;

/** A replica without its upstream asks again after wal_retrieve_retry_interval, 5 s by default. */
const appearMs = 15_000;

/** The harness's own eyes are not a part of the stack. */
const pidsSql =
  `select pid from pg_stat_activity where backend_type = $1 and pid <> pg_backend_pid()
  and application_name not in ('pgproof', 'pgproof step', 'pgproof invariant')
  order by application_name, backend_start, pid`;

/** The fault. */
export const kill_process = defineFault({
  name: "kill_process",
  summary: "Ends one process of the server by a signal; what follows is the server's own doing",
  words: {
    process: z.enum(Object.keys(backendTypes) as [Process, ...Process[]])
      .describe("which kind of process; of several one, by the seed"),
    by: z.enum(["kill", "terminate"]).default("kill")
      .describe("SIGKILL, after which the server restarts all its processes; or SIGTERM"),
  },
  requires: [],
  silences: true,
  async inject(scene, node, { process, by }, signal) {
    await mustRun(node, "kill a process of");
    await refuseAbsent(scene, node, { process, signal });
    const before = await eventually(
      () => pidsOf(scene, node, { process, signal }),
      (pids) => pids.length > 0,
      { ms: appearMs, signal },
    );
    const pid = before[Math.floor(scene.random() * before.length)];
    if (pid === undefined) throw new FaultError(`${node.name} has no ${process} to end`);
    const log = await node.markLog();
    await send(node, { pid, name: by === "kill" ? "KILL" : "TERM", signal });
    await eventually(
      () => isAlive(node, pid, signal),
      (alive) => !alive,
      { ms: appearMs, signal },
    ).then((alive) => {
      if (alive) throw new FaultError(`${process} ${pid} of ${node.name} did not end by ${by}`);
    });
    const outcome = by === "terminate"
      ? "the server took note of it"
      : await afterCrash(node, { pid, log, signal });
    return {
      proof: `${process} ${pid} of ${node.name} is gone; ${outcome}`,
      heal: (limit) => comesBack(scene, node, { process, pid, signal: limit }),
    };
  },
});

/** Some processes belong to one role. */
async function refuseAbsent(
  scene: Scene,
  node: Node,
  { process, signal }: { process: Process; signal: AbortSignal },
): Promise<void> {
  if (process !== "walreceiver" && process !== "startup") return;
  if (await scene.observer.value(node, "select pg_is_in_recovery()", signal)) return;
  throw new FaultError(`Cannot end the ${process} of ${node.name}: it is a primary, it has none`);
}

async function pidsOf(
  scene: Scene,
  node: Node,
  { process, signal }: { process: Process; signal: AbortSignal },
): Promise<number[]> {
  const parameters = [backendTypes[process]];
  const { rows } = await scene.observer.ask(node, pidsSql, parameters, signal);
  return rows.map(([pid]) => Number(pid));
}

/** Signals go where the server runs: its process ids mean nothing elsewhere. */
async function send(
  node: Node,
  { pid, name, signal }: { pid: number; name: string; signal: AbortSignal },
): Promise<void> {
  if (!node.exec) throw new FaultError(`Cannot reach the processes of ${node.name} on this target`);
  const done = await node.exec(["sh", "-c", 'kill -"$0" "$1"', name, String(pid)], signal);
  if (done.status === 0) return;
  throw new FaultError(`Cannot signal ${pid} of ${node.name}: ${done.errors.trim()}`);
}

async function isAlive(node: Node, pid: number, signal: AbortSignal): Promise<boolean> {
  if (await node.state() === "stopped") return false;
  try {
    return (await node.exec!(["sh", "-c", 'kill -0 "$0"', String(pid)], signal)).status === 0;
  } catch (error) {
    // A container that ends at this moment has no processes either.
    if (await node.state() === "stopped") return false;
    throw error;
  }
}

/** What the postmaster said and did about a child that died of SIGKILL. */
async function afterCrash(
  node: Node,
  { pid, log, signal }: { pid: number; log: number; signal: AbortSignal },
): Promise<string> {
  const noticed = new RegExp(`\\(PID ${pid}\\) was terminated by signal 9`);
  const lines = await eventually(
    () => node.readLog(log),
    (said) => said.some((line) => noticed.test(line)),
    { ms: appearMs, signal },
  );
  if (!lines.some((line) => noticed.test(line))) {
    throw new FaultError(`${node.name} has not noticed that process ${pid} was killed`);
  }
  const ended = await eventually(
    async () => ({ state: await node.state(), lines: await node.readLog(log) }),
    (now) => now.state === "stopped" || now.lines.some((line) => /reinitializing/.test(line)),
    { ms: appearMs, signal },
  );
  return ended.state === "stopped"
    ? "the server went down"
    : "the server restarted all its processes";
}

async function comesBack(
  scene: Scene,
  node: Node,
  what: { process: Process; pid: number; signal: AbortSignal },
): Promise<string> {
  const { process, pid, signal } = what;
  const started = await node.state() === "stopped" ? `${await bringBack(node, signal)}; ` : "";
  const found = await eventually(
    () => state(scene, node, what),
    (now) => now !== undefined,
    { ms: appearMs * 2, signal },
  );
  if (found === undefined) throw new FaultError(`${node.name} has no ${process} since ${pid} died`);
  return started + found;
}

/** Undefined: not yet. */
async function state(
  scene: Scene,
  node: Node,
  { process, signal }: { process: Process; signal: AbortSignal },
): Promise<string | undefined> {
  try {
    const isReplica = await scene.observer.value(node, "select pg_is_in_recovery()", signal);
    if (process === "backend") return `${node.name} answers`;
    if (!isReplica && (process === "walreceiver" || process === "startup")) {
      return `${node.name} is a primary now, which has no ${process}`;
    }
    const [now] = await pidsOf(scene, node, { process, signal });
    return now === undefined ? undefined : `the ${process} of ${node.name} is ${now} now`;
  } catch (error) {
    if (error instanceof SqlError && error.isAbsence && !signal.aborted) return undefined;
    throw error;
  }
}
