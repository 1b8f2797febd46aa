/**
 * Fills a replica's empty data directory from its upstream: with pg_basebackup where there is one,
 * else by the protocol beneath it. Like the stack's entrypoint it waits for an upstream that is not
 * up yet.
 *
 * @module
 */
import { join } from "node:path";
import { SqlError } from "../../sql/session.ts";
import { reasonOf } from "../../time/reason.ts";
import { sleep } from "../../time/sleep.ts";
import { type Node, NodeError } from "../model.ts";
import { loginOf } from "../observer.ts";
import { type Account, runProgram } from "./account.ts";
import { backUp } from "./backup.ts";
import type { Binaries } from "./binaries.ts";
import { type Conninfo, formatConninfo } from "../conninfo.ts";

/** From where, to where, and as whom. */
export interface Cloning {
  upstream: Node;
  /** Data directory of the upstream. */
  from: string;
  /** An empty directory. */
  to: string;
  /** How the replica connects to the upstream. */
  conninfo: Conninfo;
  binaries: Binaries;
  account: Account;
  signal: AbortSignal;
}

/** How long to wait between looks at an absent upstream, in milliseconds. */
const retryMs = 100;

/** pg_basebackup says so when it cannot connect yet. */
const notYet = /Connection refused|is starting up|not yet accepting|shutting down|No such file/;

async function attempt(cloning: Cloning): Promise<void> {
  const { upstream, to, conninfo, binaries, signal } = cloning;
  if (!binaries.programs.has("pg_basebackup")) {
    const major = Math.floor(binaries.version.number / 10_000);
    return await backUp(loginOf(upstream), { ...cloning, major });
  }
  await runProgram(join(binaries.bin, "pg_basebackup"), [
    ...["-D", to, "-d", `${formatConninfo(conninfo)} connect_timeout=10`, "--no-password"],
    ...["--wal-method=stream", "--checkpoint=fast"],
  ], { account: cloning.account, signal });
}

function isAbsence(error: unknown): boolean {
  return error instanceof SqlError
    ? error.isAbsence
    : error instanceof NodeError && notYet.test(error.log.join("\n"));
}

/**
 * Clones.
 * @throws {SqlError}, {NodeError}; when the signal aborts while the upstream is absent, saying so.
 */
export async function clone(cloning: Cloning): Promise<void> {
  const { signal, upstream } = cloning;
  while (true) {
    try {
      return await attempt(cloning);
    } catch (cause) {
      if (!isAbsence(cause) && !signal.aborted) throw cause;
      if (!signal.aborted) await sleep(retryMs, signal).catch(() => {});
      if (!signal.aborted) continue;
      const { message } = cause as Error;
      throw new NodeError(`${reasonOf(signal)}; ${upstream.name} last said: ${message}`, { cause });
    }
  }
}
