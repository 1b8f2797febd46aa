/**
 * ALTER SYSTEM, and the reload that puts it in effect.
 * Source: https://www.postgresql.org/docs/current/sql-altersystem.html
 *
 * @module
 */
import { quoteIdentifier, quoteLiteral } from "../sql/quote.ts";
import { sleep } from "../time/sleep.ts";
import type { Node } from "./model.ts";
import type { Observer } from "./observer.ts";

/** One setting; no value: as it is without a line of its own. */
export interface Altered {
  name: string;
  value: string | undefined;
}

/** Pause between two looks, in milliseconds. */
const lookMs = 5;

const loadedAtSql = "select pg_conf_load_time()::text";

/**
 * Writes settings into postgresql.auto.conf; in effect they are after a reload or a restart.
 * @throws {SqlError} when the server refuses one.
 */
export async function alterSystem(
  observer: Observer,
  node: Node,
  settings: readonly Altered[],
  signal: AbortSignal,
): Promise<void> {
  for (const { name, value } of settings) {
    const setting = quoteIdentifier(name).replaceAll(".", '"."');
    const sql = value === undefined
      ? `alter system reset ${setting}`
      : `alter system set ${setting} = ${quoteLiteral(value)}`;
    await observer.ask(node, sql, [], signal);
  }
}

/** The same for one setting that a reload puts in effect, and the reload, which is not waited for. */
export async function setAndReload(
  observer: Observer,
  node: Node,
  setting: Altered,
  signal: AbortSignal,
): Promise<void> {
  await alterSystem(observer, node, [setting], signal);
  await observer.ask(node, "select pg_reload_conf()", [], signal);
}

/**
 * Reloads, and waits until the asking session sees it: once its own backend has read the files again.
 * @throws the signal's reason.
 */
export async function reloadSettings(
  observer: Observer,
  node: Node,
  signal: AbortSignal,
): Promise<void> {
  const before = await observer.value(node, loadedAtSql, signal);
  await observer.value(node, "select pg_reload_conf()", signal);
  while (await observer.value(node, loadedAtSql, signal) === before) await sleep(lookMs, signal);
}
