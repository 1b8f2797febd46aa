/**
 * What makes a data directory a replica's: standby.signal, and how it replicates in
 * postgresql.auto.conf, the strongest of the files.
 *
 * @module
 */
import { join } from "node:path";
import { recoveryLines } from "../backup_content.ts";
import { type Conninfo, formatConninfo } from "../conninfo.ts";
import { formatSettings } from "../setting_text.ts";
import type { Account } from "./account.ts";
import { own } from "./template.ts";

/** Settings of whatever the data was before: a target would end the recovery of a replica, too. */
const replaced = new RegExp(recoveryLines, "i");

const slotLine = /^ *primary_slot_name\b/i;

function linesOf(data: string): string[] {
  try {
    return Deno.readTextFileSync(join(data, "postgresql.auto.conf")).split("\n");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/**
 * The line that names the replication slot of a node, as `ALTER SYSTEM` wrote it. Whatever replaces
 * the data brings the line of another node along, or none.
 */
export function slotOf(data: string): string | undefined {
  return linesOf(data).findLast((line) => slotLine.test(line));
}

/** Makes a stopped node's data a replica's. `slot` is a line of {@link slotOf}. */
export function makeStandby(
  data: string,
  { conninfo, slot }: { conninfo: Conninfo | undefined; slot?: string | undefined },
  account: Account,
): void {
  writeOwn(join(data, "standby.signal"), "", account);
  const kept = linesOf(data).filter((line) => line && !replaced.test(line));
  if (slot !== undefined) kept.push(slot);
  const added = conninfo
    ? formatSettings([{ name: "primary_conninfo", value: formatConninfo(conninfo) }])
    : "";
  writeOwn(join(data, "postgresql.auto.conf"), [...kept, added].join("\n"), account);
}

/** Small files are written at once: a way through the thread pool each would take longer. */
export function writeOwn(path: string, text: string, account: Account): void {
  Deno.writeTextFileSync(path, text, { mode: 0o600 });
  own(path, account);
}
