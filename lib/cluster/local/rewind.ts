/**
 * pg_rewind: the data of a stopped server is taken back to where it parted from another one.
 * Source: https://www.postgresql.org/docs/current/app-pgrewind.html
 *
 * @module
 */
import { join } from "node:path";
import type { Node } from "../model.ts";
import { NodeError } from "../model.ts";
import { loginOf } from "../observer.ts";
import { type Account, runProgram } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { formatConninfo } from "../conninfo.ts";

/** What to rewind. */
export interface Rewinding {
  /** Data directory of the stopped server. */
  data: string;
  /** Its postgresql.conf, which is not in the data directory. */
  configFile: string;
  upstream: Node;
  binaries: Binaries;
  account: Account;
  signal: AbortSignal;
}

/**
 * Rewinds; returns what pg_rewind said.
 * @throws {NodeError} with its words, also where there is no pg_rewind.
 */
export async function rewind(rewinding: Rewinding): Promise<string[]> {
  const { data, configFile, upstream, binaries, account, signal } = rewinding;
  if (!binaries.programs.has("pg_rewind")) {
    throw new NodeError(`Cannot rewind: there is no pg_rewind in ${binaries.origin}`);
  }
  const { host, port, user, password, database } = loginOf(upstream);
  const source = new Map([
    ["host", host],
    ["port", String(port)],
    ["user", user],
    ["password", password],
    ["dbname", database],
    ["connect_timeout", "10"],
  ]);
  const { stdout, stderr } = await runProgram(join(binaries.bin, "pg_rewind"), [
    `--target-pgdata=${data}`,
    `--source-server=${formatConninfo(source)}`,
    // A target that was not shut down cleanly is first started in single-user mode, with this file.
    `--config-file=${configFile}`,
    "--no-sync",
  ], { account, signal });
  return `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
}
