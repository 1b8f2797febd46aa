/**
 * What is done to the data of a stopped server, by scripts in a container that sees its volumes.
 * Values come in by the environment, never pasted.
 *
 * @module
 */
import { recoveryLines } from "../backup_content.ts";
import { type Conninfo, formatConninfo, readdress, reroute } from "../conninfo.ts";
import { formatSettings } from "../setting_text.ts";
import type { Address, Node } from "../model.ts";

/** Empties the data directory. */
export const emptyScript = `find "$DATA" -mindepth 1 -delete`;

/** Whatever replaces the data brings the slot of another node along, or none. */
const keepSlot = `
      auto=$DATA/postgresql.auto.conf
      slot=$(grep -iE "^ *primary_slot_name" "$auto" 2>/dev/null | tail -n 1)`;

/** How the data replicated before loses, but for the slot. */
const standby = `
      umask 077
      touch "$auto"
      grep -viE "${recoveryLines}" "$auto" >"$auto.kept" || :
      printf '%s\\n%s' "$slot" "$SETTING" >>"$auto.kept"
      mv "$auto.kept" "$auto"
      : >"$DATA/standby.signal"`;

/** Makes the data a replica's. */
export const followScript = `
      ${keepSlot}
      ${standby}`;

/** Replaces one text file. */
export const writeScript = `printf '%s' "$TEXT" >"$DATA/$FILE"`;

/** Replaces the data by a fresh base backup, set up as a replica. */
export const cloneScript = `
      ${keepSlot}
      ${emptyScript}
      pg_basebackup -D "$DATA" -d "$CONNINFO" --no-password --wal-method=stream --checkpoint=fast
      ${standby}`;

/**
 * Takes the data back to where they parted from an upstream, and makes them a replica's. pg_rewind
 * refuses to run as root.
 */
export const rewindScript = `
      ${keepSlot}
      chown -R "$owner" "$DATA"
      for folder in /usr/lib/postgresql/*/bin; do PATH=$PATH:$folder; done
      program=$(command -v pg_rewind)
      export program
      su postgres -s /bin/sh -c \
        '"$program" --target-pgdata="$DATA" --source-server="$CONNINFO" --no-sync' 2>&1
      ${standby}`;

/** A script whose results belong to whom the data belong. */
export function owned(script: string): string {
  return `
      mkdir -p "$DATA"
      owner=$(stat -c %u:%g "$DATA")
      # No server runs as root: the folder is new.
      if [ "$owner" = 0:0 ] && id postgres >/dev/null 2>&1; then owner=postgres; fi
      ${script}
      chown -R "$owner" "$DATA"`;
}

/** The environment that says how to reach an upstream as a client of one of its databases. */
export function clientConnection(
  conninfo: Conninfo,
  upstream: Node,
  via?: Address,
): Record<string, string> {
  const { user, password, database } = upstream.declared;
  const own = new Map([["user", user], ["password", password], ["dbname", database]]);
  const client = new Map([...conninfo, ...own, ["connect_timeout", "10"]]);
  const text = formatConninfo(readdress(client, upstream.peerAddress));
  return { ...connection(conninfo, upstream, via), CONNINFO: text };
}

/** The environment that says how to reach an upstream as a replica. */
export function connection(
  conninfo: Conninfo,
  upstream: Node,
  via?: Address,
): Record<string, string> {
  const text = formatConninfo(reroute(conninfo, upstream.peerAddress, via));
  const setting = formatSettings([{ name: "primary_conninfo", value: text }]);
  return { CONNINFO: text, SETTING: setting };
}
