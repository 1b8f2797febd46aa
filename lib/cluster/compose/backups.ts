/**
 * Base backups that a cluster keeps by name: in a volume of its own, which is made with the first one
 * and removed with the cluster. What works there are helpers; the servers never see it.
 *
 * @module
 */
import { emptied, recoveryLines, skipped, temporary } from "../backup_content.ts";
import { type BackupPart, NodeError, type Restoring } from "../model.ts";
import { formatSettings } from "../setting_text.ts";
import {
  manifest,
  noManifest,
  noProgram,
  unverified,
  type Verification,
  verificationOf,
} from "../verification.ts";
import { emptyScript } from "./data.ts";
import type { HelperVolume } from "./helper.ts";
import { projectLabel } from "./owner.ts";

const folder = "/var/lib/pgproof-backups";

/** Where helpers find a project's backups. */
export function backupsVolume(labels: Record<string, string>): HelperVolume {
  return { name: `${labels[projectLabel]}_backups`, target: folder };
}

const mustExist = `[ -d "$to" ] || { echo "backup $NAME: there is none"; exit 1; }`;

/** Half a copy would pass for a backup. */
const wholeScript = `
  rm -rf "$to"
  pg_basebackup -D "$to" -d "$CONNINFO" --no-password --wal-method=stream --checkpoint=fast ||
    { rm -rf "$to"; exit 1; }
  cat "$to/backup_label"`;

/**
 * Copies files into a folder. A relation may be dropped, or a WAL segment recycled, meanwhile: replay
 * knows.
 */
const copy = `'cp -p "$@" "$into/" 2>/dev/null ||
    for file; do cp -p "$file" "$into/" || [ ! -e "$file" ] || exit 1; done'`;

/** For find: what no backup has, nor the part that leaves pg_control to the other one. */
const unwanted = [
  ...emptied.map((name) => `-path "./${name}/*"`),
  ...[...skipped, "global/pg_control"].map((name) => `-path ./${name}`),
  ...temporary.map((prefix) => `-name "${prefix}*"`),
].join(" -o ");

const filesScript = `
  rm -rf "$to"
  mkdir -p "$to"
  cd "$DATA"
  if [ -n "$(find pg_tblspc -type l)" ]; then echo "tablespaces are not supported"; exit 1; fi
  find . \\( ${unwanted} \\) -prune -o -type d -print >/tmp/folders
  while IFS= read -r path; do
    into=$to/$path
    export into
    mkdir -p "$into"
    find "$path" -mindepth 1 \\( -type d -o ${unwanted} \\) -prune -o -type f \\
      -exec sh -c ${copy} sh {} +
  done </tmp/folders
  mkdir -p "$to/pg_wal/archive_status" "$to/pg_wal/summaries"`;

const controlScript = `
  ${mustExist}
  cp -p "$DATA/global/pg_control" "$to/global/"
  into=$to/pg_wal
  export into
  find "$DATA/pg_wal" -mindepth 1 -type d -prune -o -type f -exec sh -c ${copy} sh {} +`;

const scripts = { whole: wholeScript, files: filesScript, control: controlScript };

/** What makes a backup, or a part of one, of a running server. Prints the label of a whole one. */
export function takeScript(part: BackupPart | undefined): string {
  return `
  for folder in /usr/lib/postgresql/*/bin; do PATH=$PATH:$folder; done
  umask 077
  to=${folder}/$NAME
  ${scripts[part ?? "whole"]}`;
}

/** The label among what the script printed; empty when there is none. */
export function labelOf(lines: readonly string[]): string {
  const start = lines.findIndex((line) => line.startsWith("START WAL LOCATION"));
  return start < 0 ? "" : lines.slice(start).map((line) => `${line}\n`).join("");
}

/** Prints what pg_verifybackup says, or why it cannot run, and then how it ended. */
export const verifyScript = `
  for folder in /usr/lib/postgresql/*/bin; do PATH=$PATH:$folder; done
  to=${folder}/$NAME
  ${mustExist}
  none() { echo "$1"; echo unverified; exit; }
  command -v pg_verifybackup >/dev/null || none "${noProgram}"
  [ -e "$to/${manifest}" ] || none "${noManifest}"
  status=0
  pg_verifybackup "$to" 2>&1 || status=$?
  echo "$status"`;

/**
 * How a backup was verified, from what the script printed.
 * @throws {NodeError} when that cannot be told.
 */
export function verified(lines: readonly string[]): Verification {
  const [said, end = "nothing"] = [lines.slice(0, -1), lines.at(-1)];
  if (!/^(unverified|\d+)$/.test(end)) throw new NodeError(`Cannot tell how it ended: ${end}`);
  return end === "unverified" ? unverified(said.join("; ")) : verificationOf(Number(end), said);
}

/** Replaces the data by a backup. */
export const restoreScript = `
  umask 077
  to=${folder}/$NAME
  ${mustExist}
  ${emptyScript}
  cp -a "$to/." "$DATA/"
  rm -f "$DATA/standby.signal" "$DATA/recovery.signal"
  auto=$DATA/postgresql.auto.conf
  touch "$auto"
  grep -viE "$DROPPED" "$auto" >"$auto.kept" || :
  mv "$auto.kept" "$auto"
  printf '%s' "$SETTING" >>"$auto"
  [ "$SIGNAL" = none ] || : >"$DATA/$SIGNAL.signal"
  [ -z "$LABEL" ] || printf '%s' "$LABEL" >"$DATA/backup_label"`;

/** The environment of {@link restoreScript}. */
export function restoring(name: string, how: Restoring): Record<string, string> {
  const settings = Object.entries(how.settings).map(([name, value]) => ({ name, value }));
  return {
    NAME: name,
    DROPPED: recoveryLines,
    SETTING: formatSettings(settings),
    SIGNAL: how.signal,
    LABEL: how.label ?? "",
  };
}
