/**
 * What PgBouncer reads: one database for each node, named after it, and one user, who is nobody to
 * the servers.
 * Source: https://www.pgbouncer.org/config.html
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { loginOf } from "../cluster/observer.ts";

/** The user that clients of the pooler log in as; its console is open to it too. */
export const poolerUser = "pgproof";

/** How clients reach a pooler, and its files. */
export interface PoolerPlace {
  port: number;
  /** Path of the list of users. */
  users: string;
}

/** What a pooler has to know of a node. */
export type Served = Pick<Node, "name" | "declared" | "address">;

/** The text of pgbouncer.ini. */
export function poolerIni(nodes: readonly Served[], { port, users }: PoolerPlace): string {
  const databases = nodes.map((node) => {
    const { host, port, user, password, database } = loginOf(node);
    const words = { host, port: String(port), dbname: database, user, password };
    const pairs = Object.entries(words).map(([word, value]) => `${word}=${quoted(value)}`);
    return `${node.name} = ${pairs.join(" ")}`;
  });
  return [
    "[databases]",
    ...databases,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    "auth_type = scram-sha-256",
    `auth_file = ${users}`,
    `admin_users = ${poolerUser}`,
    // In mode `session` a client falls with its server. In this one it has a server only while a
    // transaction lasts, and between two of them the server may be another, or a restarted one.
    "pool_mode = transaction",
    // A connection that waits in the pool may have lost its server in this moment: it is asked before
    // a client gets it, or that client would fall with it.
    "server_check_delay = 0",
    // A server that refused is asked again after 15 s unless it is said otherwise.
    "server_login_retry = 1",
    "server_tls_sslmode = prefer",
    "",
  ].join("\n");
}

/** The text of the list of users. */
export function poolerUsers(password: string): string {
  return `"${poolerUser}" "${password}"\n`;
}

/** A value in a connection string of PgBouncer: a quote in it is written twice. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
