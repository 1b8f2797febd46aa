/**
 * What became of an operation, from what the server answered. Never optimistic: what could have
 * been committed and was not clearly answered is unknown.
 *
 * Why an ERROR is a refusal: it aborts the transaction it is raised in, and an error raised after
 * the commit record was written ends the server's process with PANIC instead ("cannot abort
 * transaction, it was already committed", RecordTransactionAbort in
 * src/backend/access/transam/xact.c). In the extended protocol a lone statement commits at Sync,
 * after its command tag: the driver settles at ReadyForQuery, which follows the commit.
 * Source: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 *
 * @module
 */
import type { Answer } from "../sql/session.ts";
import type { Fate } from "./model.ts";

/** The last thing that is known of an operation that was sent. */
export type Reply =
  /** Every statement was answered; the tag is the last one's. */
  | { kind: "answer"; command: string; warned: boolean }
  /** A statement was answered with an error, or the connection failed. */
  | { kind: "error"; code: string; severity: string | undefined; at: CommitPoint };

/**
 * Where in an operation something happened. `before`: nothing of it can be committed (inside
 * BEGIN, COMMIT not sent). `commit`: a lone statement or COMMIT, which commit or abort as a whole.
 * `inside`: a statement that may have committed a part of its work itself (CALL, DO).
 */
export type CommitPoint = "before" | "commit" | "inside";

/**
 * Codes of connections that end; an answer with one says nothing about the commit. 08P01 is also the
 * plain error of a statement with the wrong number of parameters.
 */
const connectionEnds = /^(08(?!P01)...|57P0.)$/;

/**
 * The fate of an operation that was sent. The server's severity word is compared in English: one
 * that is translated (`lc_messages`) is not understood, and what is not understood is unknown.
 */
export function fateOf(reply: Reply): Fate {
  if (reply.kind === "answer") {
    // COMMIT of an aborted transaction is answered with the tag ROLLBACK, without an error.
    // Source: https://www.postgresql.org/docs/current/sql-commit.html (EndTransactionBlock).
    if (reply.command === "ROLLBACK") return "refused";
    return reply.warned ? "unknown" : "acknowledged";
  }
  if (reply.at === "before") return "refused";
  if (reply.at === "inside") return "unknown";
  const isAborted = reply.severity === "ERROR" && !connectionEnds.test(reply.code);
  return isAborted ? "refused" : "unknown";
}

const harmless = new Set(["NOTICE", "INFO", "LOG", "DEBUG"]);

/**
 * True when a notice is a WARNING. A wait for a synchronous standby that is cancelled commits
 * locally and answers with the usual tag and a WARNING (SyncRepWaitForLSN in
 * src/backend/replication/syncrep.c). A notice without a code of its own has 00000, a warning 01000.
 */
export function hasWarning(notices: Answer["notices"]): boolean {
  for (const { severity, code } of notices) {
    if (code !== "00000" && !harmless.has(severity)) return true;
  }
  return false;
}
