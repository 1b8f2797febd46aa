/**
 * `backup`: takes a base backup of a running server, primary or replica, and keeps it by name for
 * `do: restore` and `expect: backup_restores`, until the cluster is removed.
 *
 * With `part` it only copies files, for a scenario that speaks the low-level protocol itself, with
 * `pg_backup_start()` in a session.
 * Source: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-BASE-BACKUP
 *
 * @module
 */
import { z } from "zod";
import { ownName } from "../scenario/words.ts";
import { defineOperation, OperationError } from "./kind.ts";
import { mustRun } from "./wait.ts";

/** The operation. One node. */
export const backup = defineOperation({
  name: "backup",
  summary: "Takes a base backup and keeps it by a name",
  words: {
    as: ownName.describe("the backup's name, for restore and backup_restores"),
    part: z.enum(["files", "control"]).optional().describe(
      "copy without telling the server: files is all but pg_control, control adds that and the WAL",
    ),
  },
  requires: ["backups"],
  defaultNode: "primary",
  async perform(_scene, nodes, words, signal) {
    const { as: name, part } = words;
    const [node] = nodes;
    if (!node || nodes.length > 1) {
      const which = nodes.map((each) => each.name).join(", ") || "none";
      throw new OperationError(`Cannot take backup ${name}: expected one node, found ${which}`);
    }
    if (!node.takeBackup) {
      throw new OperationError(`Cannot back ${node.name} up: not on this target`);
    }
    await mustRun(node, "back up");
    const label = await node.takeBackup(name, part, signal);
    if (part) {
      const what = part === "files" ? "all files but pg_control" : "pg_control and the WAL";
      return [{ kind: "backup", node: node.name, text: `${what} of ${node.name} are in ${name}` }];
    }
    const start = /^START WAL LOCATION: (\S+) \(file (\S+)\)/m.exec(label);
    if (!start) throw new OperationError(`Backup ${name} has no label: ${label || "it is empty"}`);
    const [, lsn, file] = start;
    const text = `backup ${name} of ${node.name}: recovery begins at ${lsn} in ${file}`;
    return [{ kind: "backup", node: node.name, text, data: { name, lsn, file, label } }];
  },
});
