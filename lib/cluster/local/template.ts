/**
 * New data directories: made by initdb as the stack's entrypoint does it, and, for clusters, copied
 * from a template that was made so once and lies in the cache.
 *
 * @module
 */
import { join } from "node:path";
import type { StackNode } from "../../stack/model.ts";
import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import { NodeError } from "../model.ts";
import { type Account, runProgram } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { buildOnce, cacheDirectory, removeAll } from "./cache.ts";
import { effective, type NodeSettings } from "./settings.ts";
import { formatArguments, type Value } from "../setting_text.ts";

/** What a data directory is made of. */
export interface DataRecipe {
  /** More arguments of initdb, as the stack gives them. */
  initdbArgs: string[];
  user: string;
  password: string;
  database: string;
  /** A role for replication only, where the stack has one. */
  replication: { user: string; password: string } | undefined;
  /** Settings that pg_control remembers. */
  control: Value[];
}

/**
 * A standby refuses to start while its setting is below the one in pg_control, where initdb has left
 * its own; so the directory has run once with the final ones.
 * Source: https://www.postgresql.org/docs/current/hot-standby.html#HOT-STANDBY-ADMIN
 */
const controlNames = [
  "max_connections",
  "max_locks_per_transaction",
  "max_prepared_transactions",
  "max_wal_senders",
  "max_worker_processes",
  "track_commit_timestamp",
  "wal_level",
  "wal_log_hints",
];

/** The recipe for a primary of the stack with its final settings. */
export function recipeOf(primary: StackNode, settings: NodeSettings): DataRecipe {
  const { environment: { POSTGRES_INITDB_ARGS }, user, password, database } = primary;
  return {
    initdbArgs: (POSTGRES_INITDB_ARGS ?? "").split(/\s+/).filter((word) => word !== ""),
    user,
    password,
    database,
    replication: primary.replication?.user === user ? undefined : primary.replication,
    control: controlNames.flatMap((name) => {
      const value = effective(settings, name);
      return value === undefined ? [] : [{ name, value }];
    }),
  };
}

/** The locale of the data, the nearest to the image's that every system has; `C` where it is absent. */
const locale = "C.UTF-8";

async function initdb(
  data: string,
  recipe: DataRecipe,
  binaries: Binaries,
  options: { account: Account; signal: AbortSignal },
): Promise<void> {
  const secret = `${data}.secret`;
  const program = join(binaries.bin, "initdb");
  const run = (name: string) =>
    runProgram(program, [
      ...["-D", data, `--username=${recipe.user}`, "--no-sync", "--auth=trust"],
      ...["--encoding=UTF8", `--locale=${name}`],
      ...(recipe.password ? [`--pwfile=${secret}`] : []),
      ...recipe.initdbArgs,
    ], options);
  try {
    await Deno.writeTextFile(secret, `${recipe.password}\n`, { mode: 0o600 });
    own(secret, options.account);
    await run(locale).catch((error) => {
      if (!(error instanceof NodeError) || !error.log.join().includes("locale")) throw error;
      return run("C");
    });
  } finally {
    await removeAll(secret);
  }
}

/** Gives a file or directory to the servers' account. */
export function own(path: string, { uid, gid }: Account): void {
  if (uid !== undefined) Deno.chownSync(path, uid, gid ?? null);
}

/**
 * Fills the absent directory `data`, whose parent the servers' account can write: superuser, database
 * and replication role, stopped cleanly. Single-user mode needs no port and no password.
 * @throws {NodeError} with the program's words.
 */
export async function initialise(
  data: string,
  recipe: DataRecipe,
  binaries: Binaries,
  options: { account: Account; signal: AbortSignal },
): Promise<void> {
  await initdb(data, recipe, binaries, options);
  const statements: string[] = [];
  if (recipe.database !== "postgres") {
    statements.push(`create database ${quoteIdentifier(recipe.database)}`);
  }
  if (recipe.replication) {
    const { user, password } = recipe.replication;
    statements.push(
      `create role ${quoteIdentifier(user)} replication login password ${quoteLiteral(password)}`,
    );
  }
  await runProgram(join(binaries.bin, "postgres"), [
    ...["--single", "-D", data],
    ...formatArguments([{ name: "exit_on_error", value: "on" }, ...recipe.control]),
    "postgres",
  ], { ...options, input: statements.map((statement) => `${statement}\n`).join("") });
}

async function keyOf(recipe: DataRecipe, { bin, version, origin }: Binaries): Promise<string> {
  const identity = JSON.stringify([recipe, version, origin.startsWith("npm:") ? origin : bin]);
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(identity));
  return `${version.text}-${new Uint8Array(hash).toHex().slice(0, 24)}`;
}

/**
 * The template for a recipe, made when absent. `workplace` is a directory that the servers' account
 * can write; the cache may be one that it cannot even reach.
 */
export async function template(
  recipe: DataRecipe,
  binaries: Binaries,
  options: { workplace: string; account: Account; signal: AbortSignal },
): Promise<string> {
  const path = join(await cacheDirectory(), "templates", await keyOf(recipe, binaries));
  return await buildOnce(path, async (temporary) => {
    const data = join(options.workplace, `template-${crypto.randomUUID().slice(0, 8)}`);
    try {
      await initialise(data, recipe, binaries, options);
      await copyTree(data, temporary, options.signal);
    } finally {
      await removeAll(data);
    }
  });
}

/**
 * Copies a directory with modes and, for root, owners. The files are copies of their own: a server
 * writes into them in place. Where the file system can share blocks until then, `cp` lets it.
 */
export async function copyTree(from: string, to: string, signal: AbortSignal): Promise<void> {
  await runProgram("cp", ["-a", from, to], { signal });
}
