/**
 * Replication that does not start because its connection is not let in, or leads nowhere.
 * Messages: src/backend/libpq/auth.c, src/backend/utils/init/postinit.c, libpq's fe-connect.c.
 *
 * @module
 */
import type { Trouble } from "./kind.ts";

/** The troubles. */
export const accessTroubles: readonly Trouble[] = [
  {
    name: "no hba line for replication",
    symptom: "A replica never streams; clients can connect to the same server",
    cause: "pg_hba.conf of the upstream has no line that lets this replication connection in " +
      '("all" in its database column does not mean replication)',
    remedy: "add `host replication USER NETWORK METHOD` to pg_hba.conf of the upstream and reload",
    logs: [
      /no pg_hba\.conf entry for replication connection/,
      /pg_hba\.conf rejects replication connection/,
    ],
    lasts: "fresh",
  },
  {
    name: "no hba line for clients",
    symptom: "A client is refused before any password is asked for",
    cause: "pg_hba.conf has no line that lets this client in",
    remedy: "add a line for its database, user and address to pg_hba.conf and reload",
    logs: [/no pg_hba\.conf entry for host/, /pg_hba\.conf rejects connection/],
    lasts: "fresh",
  },
  {
    name: "wrong password",
    symptom: "A replica never streams, or stops at its next reconnect",
    cause: "the password in the replica's primary_conninfo is not the one of that role, or none",
    remedy: "set the role's password on the primary, or the one in primary_conninfo, and reload",
    logs: [/authentication failed for user/, /no password supplied/],
    lasts: "fresh",
  },
  {
    name: "role without REPLICATION",
    symptom: "A replica never streams, though its password is right",
    cause: "the role in the replica's primary_conninfo does not have the REPLICATION attribute; " +
      "it is not inherited from a group",
    remedy: "alter role ... replication on the primary",
    logs: [
      // Until 15, and since 16.
      /must be superuser or replication role to start walsender/,
      /permission denied to start WAL sender/,
    ],
    lasts: "fresh",
  },
  {
    name: "no such role",
    symptom: "A replica never streams",
    cause: "the role in the replica's primary_conninfo does not exist: the volume was there " +
      "before the script that makes it, or the name is wrong",
    remedy: "create role ... replication login on the primary, or correct primary_conninfo",
    logs: [/could not connect to the primary server.*role "[^"]*" does not exist/],
    lasts: "fresh",
  },
  {
    name: "host name unknown",
    symptom: "A replica never streams, or stops after its upstream was recreated",
    cause: "the host in primary_conninfo cannot be resolved where the replica runs",
    remedy: "compare it with the service's name, and the networks of both services",
    logs: [/could not translate host name/],
    lasts: "fresh",
  },
  {
    name: "primary_conninfo that cannot be read",
    symptom: "A replica starts and never connects",
    cause: "primary_conninfo has an option that is none, or a value that must be quoted",
    remedy: "correct primary_conninfo and reload",
    logs: [/invalid connection option/, /missing "=" after/],
    lasts: "fresh",
  },
];

/** What many others are followed by: told only where nothing else is. */
export const unreachableUpstream: Trouble = {
  name: "upstream not reachable",
  symptom: "A replica stops receiving, its log repeats that it cannot connect",
  cause: "the upstream is down, listens on another port, or the network between them is cut",
  remedy: "look whether the upstream runs, and connect to it from where the replica runs",
  logs: [
    /could not connect to the primary server.*(Connection refused|timed out|No route|unreachable)/,
  ],
};
