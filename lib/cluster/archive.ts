/**
 * The archive of a cluster: one folder, into which every node archives and from which it restores.
 *
 * @module
 */
import { join } from "node:path";
import type { ClusterChange } from "../scenario/model.ts";

/** Where the archive of a cluster is. */
export function archiveFolder(directory: string): string {
  return join(directory, "archive");
}

/**
 * The change with the settings of an archive, if it wants one. A segment that is there already may
 * only come again with the same bytes, as after a crash; half a copy never has a segment's name.
 * Source: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-ARCHIVING-WAL
 */
export function withArchive(change: ClusterChange, directory: string): ClusterChange {
  if (!change.archive) return change;
  const file = `"${archiveFolder(directory)}/%f"`;
  const part = `"${archiveFolder(directory)}/%f.part"`;
  const settings = {
    archive_mode: "on",
    archive_command:
      `cmp -s "%p" ${file} || { test ! -e ${file} && cp "%p" ${part} && mv ${part} ${file}; }`,
    restore_command: `cp ${file} "%p"`,
  };
  const { nodeSettings, archiveCleanedBy: cleaner } = change;
  return {
    ...change,
    settings: { ...change.settings, ...settings },
    nodeSettings: cleaner === undefined ? nodeSettings : {
      ...nodeSettings,
      [cleaner]: { archive_cleanup_command: cleanUp(directory), ...nodeSettings[cleaner] },
    },
  };
}

/**
 * Removes every segment before %r, the first one that the last restartpoint needs. As
 * pg_archivecleanup does, which not every target has, it compares names without their timeline, so
 * that what a timeline's parent still needs stays, and leaves files of timelines' history alone.
 * Source: https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-ARCHIVE-CLEANUP-COMMAND
 */
function cleanUp(directory: string): string {
  const number = (variable: string) => `"\${${variable}#????????}"`;
  return `first=%r; cd "${archiveFolder(directory)}" && for file in *; do name=\${file%%%%.*}; ` +
    `if [ \${#name} = 24 ] && [ ${number("name")} \\< ${number("first")} ]; ` +
    `then rm -f "$file"; fi; done`;
}
