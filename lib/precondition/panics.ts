/**
 * `panics`: no server's log tells of a PANIC, after which all its sessions were ended.
 * Source: https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-SEVERITY-LEVELS
 *
 * @module
 */
import type { Precondition } from "./kind.ts";

/** What stands before other messages. */
const others = "LOG|FATAL|ERROR|WARNING|NOTICE|INFO|DEBUG|DETAIL|HINT|CONTEXT|STATEMENT";

/** A line of a log that tells of one, as text, CSV or JSON; not one that only quotes the word. */
export const panicPattern = new RegExp(
  `^(?:(?!\\b(?:${others}): ).)*\\bPANIC:  |,PANIC,|"error_severity":"PANIC"`,
);

/** The precondition. */
export const panics: Precondition = {
  name: "panics",
  requirement: "no PANIC in any server's log",
  cause: "a full disk under pg_wal, damaged data or WAL, or an I/O error",
  remedy: "read the log around that line; rebuild the node once its disk is sound",
  judge: (sights) =>
    sights.filter(({ panics }) => panics.length > 0).map(({ node, panics }) => {
      const more = panics.length > 1 ? ` and ${panics.length - 1} more` : "";
      return { node, seen: `logged ${JSON.stringify(panics[0])}${more}` };
    }),
};
