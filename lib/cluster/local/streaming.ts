/**
 * Waits until every replica of a new cluster streams.
 *
 * @module
 */
import { Session } from "../../sql/session.ts";
import { reasonOf } from "../../time/reason.ts";
import { sleep } from "../../time/sleep.ts";
import { troublesIn } from "../../trouble/in_log.ts";
import { type Node, NodeError } from "../model.ts";
import { loginOf } from "../observer.ts";
import { send } from "./processes.ts";

/** One upstream and the replicas that are to stream from it; on a new cluster nobody else does. */
export interface Branch {
  upstream: Node;
  replicas: Node[];
}

/** How long a standby may take for its first attempt before it is asked to try again, in milliseconds. */
const patienceMs = 25;

const sql = `select
  count(*) filter (where state = 'streaming'), string_agg(state, ', '), pg_is_in_recovery()
  from pg_stat_replication`;

/**
 * A standby that was up before its upstream tries again after wal_retrieve_retry_interval, 5 s. A
 * reload of its unchanged configuration ends that pause and changes nothing else.
 * Source: src/backend/access/transam/xlogrecovery.c, WaitForWALToBecomeAvailable
 */
async function nudge(replicas: Node[]): Promise<void> {
  for (const replica of replicas) {
    const log = await replica.readLog(0);
    if (log.some((line) => line.includes("started streaming WAL"))) continue;
    if (replica.pid !== undefined) send(replica.pid, "SIGHUP");
  }
}

async function refuse(branch: Branch, why: string, cause?: unknown): Promise<never> {
  const { upstream, replicas } = branch;
  const logs = await Promise.all(replicas.map((node) => node.readLog(0, 10)));
  throw new NodeError(`Replicas of ${upstream.name} do not stream: ${why}`, {
    node: upstream.name,
    log: replicas.flatMap(({ name }, index) => logs[index]!.map((line) => `${name}: ${line}`)),
    cause,
  });
}

/** Looks through the logs for a reason that will not go away; also for servers that are gone. */
async function checkHope(branch: Branch): Promise<void> {
  for (const replica of branch.replicas) {
    if (await replica.state() === "stopped") await refuse(branch, `${replica.name} has exited`);
    const found = troublesIn(await replica.readLog(0)).find(({ trouble }) => trouble.lasts);
    if (found) await refuse(branch, `${replica.name} says: ${found.line}`);
  }
}

/**
 * Waits until all replicas of a branch stream; their servers must be up.
 * @throws {NodeError} with what the servers say, at once when waiting cannot help.
 */
export async function streaming(branch: Branch, signal: AbortSignal): Promise<void> {
  const { upstream, replicas } = branch;
  let seen: unknown[] = [];
  try {
    await using session = await Session.open(loginOf(upstream), signal);
    let looked = performance.now();
    while (true) {
      seen = (await session.query(sql, [], signal)).rows[0]!;
      const [count, , recovering] = seen;
      if (upstream.declared.role === "primary" && recovering) {
        await refuse(branch, `${upstream.name} is in recovery`);
      }
      if (Number(count) >= replicas.length) return;
      if (performance.now() - looked > patienceMs) {
        await checkHope(branch);
        await nudge(replicas);
        looked = performance.now();
      }
      await sleep(1, signal);
    }
  } catch (error) {
    if (error instanceof NodeError) throw error;
    const states = seen[1] ? `states are ${seen[1]}` : "none is connected";
    const why = signal.aborted ? reasonOf(signal) : (error as Error).message;
    return await refuse(branch, `${why}; ${states}, expected ${replicas.length} streaming`, error);
  }
}
