/**
 * Servers that have run out of something, and links that are too slow.
 *
 * @module
 */
import { showQuantity } from "../fact/quantity.ts";
import { parseLsn } from "../sql/lsn.ts";
import type { Trouble } from "./kind.ts";
import type { NodeState } from "./state.ts";

/**
 * From how much WAL on a replica counts as short of it, in bytes: more than a busy link that keeps up
 * has on its way.
 */
const backlogBytes = 256 * 1024;

/** The troubles. */
export const resourceTroubles: readonly Trouble[] = [
  {
    name: "shared memory too small",
    symptom: "Parallel queries fail with `could not resize shared memory segment`",
    cause: "/dev/shm of the container is too small for parallel queries",
    remedy: "set shm_size in compose.yaml",
    logs: [/could not resize shared memory segment/],
  },
  {
    name: "orphan in the container",
    symptom: "All sessions end at once and the server recovers, mostly while the machine is busy",
    cause: "the server is PID 1 of its container and inherited a process that was none of its " +
      "own, like the client of a health check that took too long; its end passes for a crash",
    remedy:
      "let health checks exec one client and leave no child (see fixtures/postgres/health.sh), " +
      "or set init: true in compose.yaml",
    // A server ignores SIGPIPE, so no process of its own ends by it; since 18 strangers are called so.
    // Source: process_pm_child_exit() in src/backend/postmaster/postmaster.c
    logs: [/was terminated by signal 13\b/, /untracked child process \(PID \d+\)/],
  },
  {
    name: "disk full",
    symptom: "Writes fail, a replica ends itself or a server panics",
    cause: "the disk of that server is full",
    remedy: "make room: slots and archiving hold back WAL; then start the server again",
    logs: [/No space left on device/, /Disk quota exceeded/],
  },
  {
    name: "walsenders used up",
    symptom: "Some replicas stream and others never do; base backups fail",
    cause: "max_wal_senders of the upstream is too low for its replicas and backups",
    remedy: "raise max_wal_senders, on the replicas first, and restart",
    logs: [/number of requested standby connections exceeds/],
    lasts: "fresh",
  },
  {
    name: "connections used up",
    symptom: "Clients are refused while others go on",
    cause: "max_connections is used up",
    remedy: "close idle connections, put a pooler in front, or raise max_connections",
    logs: [/sorry, too many clients already/, /remaining connection slots are reserved/],
  },
  {
    name: "link too slow",
    symptom: "A replica streams, and falls further and further behind",
    cause: "the link to the replica carries less than the primary writes, or the replica does " +
      "not keep up with writing it to disk",
    remedy: "measure the network and the disk between them; write less at once",
    logs: [],
    shows: slowLinks,
  },
];

/** What has not come to a replica that streams. The primary was asked first, so it is no less. */
function slowLinks(states: readonly NodeState[]) {
  const primaries = states.filter(({ isReplica }) => isReplica === false);
  const [primary] = primaries;
  if (primaries.length !== 1 || !primary!.flushed) return [];
  return states.flatMap(({ node, isReplica, receiver, written }) => {
    if (!isReplica || receiver !== "streaming" || !written) return [];
    const missing = Number(parseLsn(primary!.flushed!) - parseLsn(written));
    if (missing < backlogBytes) return [];
    const amount = showQuantity("size", missing);
    return [{
      node,
      seen: `streams, and has not received ${amount} of what ${primary!.node} wrote`,
    }];
  });
}
