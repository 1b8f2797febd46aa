/**
 * The floors of the load benchmark: the plainest loop over the driver, and pgbench.
 *
 * @module
 */
import { join } from "node:path";
import { runProgram } from "../lib/cluster/local/account.ts";
import { findPgbench } from "../lib/load/pgbench_program.ts";
import type { Login } from "../lib/sql/session.ts";
import pg from "../lib/sql/pg.ts";

/** How a generator is run. */
export interface Drive {
  login: Login;
  table: string;
  clients: number;
  /** Not measured: connections are made, plans are prepared, code becomes warm. */
  warmMs: number;
  measureMs: number;
  signal: AbortSignal;
}

/** Statements per second of as many loops as clients: send the insert, wait for it, send the next. */
export async function driveLoop(drive: Drive): Promise<number> {
  const { login, table, warmMs, measureMs, signal } = drive;
  const clients = Array.from({ length: drive.clients }, () => new pg.Client({ ...login }));
  let n = 0;
  let count = 0;
  try {
    for (const client of clients) client.on("error", () => {});
    await Promise.all(clients.map((client) => client.connect()));
    const from = performance.now() + warmMs;
    const to = from + measureMs;
    await Promise.all(clients.map(async (client) => {
      while (true) {
        const values = [++n];
        await client.query({ name: "insert", text: `insert into ${table} values ($1)`, values });
        const now = performance.now();
        if (now > to || signal.aborted) return;
        if (now >= from) count++;
      }
    }));
    signal.throwIfAborted();
    return count * 1000 / measureMs;
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
  }
}

/** pgbench of this machine and its version; undefined when there is none. */
export async function pgbenchHere(
  signal: AbortSignal,
): Promise<{ path: string; version: string } | undefined> {
  const path = findPgbench();
  if (path === undefined) return undefined;
  const { stdout } = await runProgram(path, ["--version"], { signal });
  return { path, version: stdout.trim() };
}

/** A number of its own for each transaction: pgbench keeps a client's variables. */
const script = (table: string) => `
\\set i :i + 1
\\set n :client_id * 1000000000 + :i
insert into ${table} values (:n);
`;

/** Statements per second of pgbench, prepared, without its time to connect. */
export async function drivePgbench(
  drive: Drive & { path: string; directory: string },
): Promise<number> {
  const { login, table, clients, signal } = drive;
  const file = join(drive.directory, "insert.pgbench");
  await Deno.writeTextFile(file, script(table));
  const seconds = Math.max(1, Math.round(drive.measureMs / 1000));
  const { stdout } = await runProgram(drive.path, [
    ...["-n", "-M", "prepared", "-f", file, "-D", "i=0", "-T", String(seconds)],
    ...["-c", String(clients), "-j", String(Math.min(navigator.hardwareConcurrency, clients))],
    ...["-h", login.host, "-p", String(login.port), "-U", login.user, login.database],
  ], { signal });
  const [, rate] = /^tps = ([\d.]+) \(without initial connection time\)/m.exec(stdout) ?? [];
  if (rate === undefined) throw new Error(`Cannot read what pgbench says: ${stdout}`);
  return Number(rate);
}
