/**
 * What is done to the data of a stopped server, by scripts in a container that sees its volumes.
 * Values come in by the environment, never pasted.
 *
 * @module
 */
import { type Conninfo, formatConninfo, readdress } from "../local/conninfo.ts";
import { formatSettings } from "../local/settings.ts";
import type { Node } from "../model.ts";

/** Empties the data directory. */
export const emptyScript = `find "$DATA" -mindepth 1 -delete`;

/** The last line of postgresql.auto.conf wins over what the copied data brought along. */
export const followScript = `
      printf '%s' "$SETTING" >>"$DATA/postgresql.auto.conf"
      : >"$DATA/standby.signal"`;

/** Replaces the data by a fresh base backup, set up as a replica. */
export const cloneScript = `
      ${emptyScript}
      pg_basebackup -D "$DATA" -d "$CONNINFO" --no-password --wal-method=stream --checkpoint=fast
      ${followScript}`;

/** A script whose results belong to whom the data belong. */
export function owned(script: string): string {
  return `
      mkdir -p "$DATA"
      owner=$(stat -c %u:%g "$DATA")
      ${script}
      chown -R "$owner" "$DATA"`;
}

/** The environment that says how to reach an upstream. */
export function connection(conninfo: Conninfo, upstream: Node): Record<string, string> {
  const text = formatConninfo(readdress(conninfo, upstream.peerAddress));
  const setting = formatSettings([{ name: "primary_conninfo", value: text }]);
  return { CONNINFO: text, SETTING: setting };
}
