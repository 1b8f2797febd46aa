/**
 * File systems of a node's own that end at a size, so that they can be full without anybody else's
 * being so. A cluster has them where a scenario fills them, and nowhere else.
 *
 * The scripts here are for sh, on every target. They know DATA, the data directory, and DISK, where
 * the file system is mounted.
 *
 * @module
 */

/** What of a node can have a file system of its own: its data without the WAL, and the WAL. */
export const diskParts = ["data", "wal"] as const;

/** One of them. */
export type DiskPart = typeof diskParts[number];

/** Which nodes have which, by node name. */
export type Disks = Readonly<Record<string, readonly DiskPart[]>>;

/**
 * Size of one, in bytes. It is memory of the machine while it is filled; a fresh server's data are 40
 * MB, its WAL five segments of 16 MB at least once it has recycled some.
 */
export const diskBytes = 256 * 1024 * 1024;

/** No other file system of a machine is so small: one that is larger is not to be filled. */
const kilobytesMax = diskBytes / 1024;

/** What takes the space. */
const ballast = `"$DISK/ballast"`;

/** Where the files of a part are, by the server's way. */
const files: Record<DiskPart, string> = { data: `"$DATA/base"`, wal: `"$DATA/pg_wal/"` };

/** The server keeps its WAL in `$DISK/pg_wal` from now on; it must be stopped. */
export const moveWalScript = `
      mkdir -p "$DISK/pg_wal"
      chmod 700 "$DISK/pg_wal"
      cp -a "$DATA/pg_wal/." "$DISK/pg_wal/"
      rm -rf "$DATA/pg_wal"
      ln -s "$DISK/pg_wal" "$DATA/pg_wal"`;

/**
 * Takes what is left, and prints how many bytes that was. Ends with an error when the server's files
 * are not there any more: a node that was rebuilt has its WAL beside its data.
 */
export function fillScript(part: DiskPart): string {
  return `
      if [ "$(stat -c %d ${files[part]})" != "$(stat -c %d "$DISK")" ]; then
        echo "its ${part} is not on the file system that could be filled"
        exit 3
      fi
      set -- $(stat -f -c '%b %S' "$DISK")
      if [ $(($1 * $2 / 1024)) -gt ${kilobytesMax} ]; then
        echo "its ${part} has no file system for itself"
        exit 3
      fi
      cat /dev/zero >${ballast} 2>/dev/null || :
      stat -c %s ${ballast}`;
}

/** Gives it back; prints how many bytes were left before. */
export const freeScript = `
      set -- $(stat -f -c '%a %S' "$DISK")
      rm -f ${ballast}
      echo $(($1 * $2))`;
