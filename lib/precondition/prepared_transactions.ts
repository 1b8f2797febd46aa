/**
 * `prepared_transactions`: none is left. It keeps its locks and holds back vacuum for ever, over
 * restarts and failovers.
 * Source: https://www.postgresql.org/docs/current/sql-prepare-transaction.html
 *
 * @module
 */
import type { Precondition } from "./kind.ts";

/** The precondition. */
export const prepared_transactions: Precondition = {
  name: "prepared_transactions",
  requirement: "no prepared transaction is left",
  cause: "a transaction manager prepared it and never came back to end it",
  remedy: "commit prepared '...' or rollback prepared '...' in its database",
  judge: (sights) =>
    sights.flatMap(({ node, prepared }) => prepared.map((each) => ({ node, seen: `has ${each}` }))),
};
