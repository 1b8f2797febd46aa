/**
 * What PgBouncer reads: one database for each node, named after it, and one user, who is nobody to
 * the servers.
 * Source: https://www.pgbouncer.org/config.html
 *
 * @module
 */
import type { Address, Node } from "../cluster/model.ts";
import { loginOf } from "../cluster/observer.ts";
import type { Login } from "../sql/session.ts";
import type { StackPooler } from "../stack/model.ts";

/** The user that clients of the pooler log in as; its console is open to it too. */
const poolerUser = "pgproof";

/** How clients reach a pooler, and its files. */
export interface PoolerPlace {
  /** Address at which it listens; `*`: all. */
  listen: string;
  port: number;
  /** Path of the list of users. */
  users: string;
}

/** A node as the pooler sees it. */
export interface Served {
  name: string;
  login: Login;
}

/** A node as whoever is at `address` sees it: by default this machine. */
export function served(node: Pick<Node, "name" | "declared" | "address">, at?: Address): Served {
  return { name: node.name, login: { ...loginOf(node), ...at } };
}

/** Names of settings, with their values. */
type Settings = readonly (readonly [name: string, value: string])[];

/** What a stack that has no pooler gets: what lets its clients survive the restart of a server. */
const usual: Settings = [
  // In mode `session` a client falls with its server. In this one it has a server only while a
  // transaction lasts, and between two of them the server may be another, or a restarted one.
  ["pool_mode", "transaction"],
  // A connection that waits in the pool may have lost its server in this moment: it is asked before
  // a client gets it, or that client would fall with it.
  ["server_check_delay", "0"],
  // A server that refused is asked again after 15 s unless it is said otherwise.
  ["server_login_retry", "1"],
];

/** Where a stack's pooler is, who may log in to it, with which files: here all of that is another. */
const placeNames =
  /^(?:listen_|unix_socket_|auth_|client_tls_|server_tls_|syslog)|^(?:admin_users|stats_users|logfile|pidfile|user|resolv_conf|so_reuseport|peer_id|job_name|service_name)$/;

/** The text of pgbouncer.ini. */
export function poolerIni(
  nodes: readonly Served[],
  { listen, port, users }: PoolerPlace,
  declared?: StackPooler,
): string {
  const databases = nodes.map(({ name, login }) => {
    const { host, port, user, password, database } = login;
    const words = { host, port, dbname: database, user, password, ...declared?.databases[name] };
    const pairs = Object.entries(words).map(([word, value]) => `${word}=${quoted(String(value))}`);
    return [name, pairs.join(" ")] as const;
  });
  const settings: Settings = [
    ...behaviour(declared),
    ["listen_addr", listen],
    ["listen_port", String(port)],
    ["unix_socket_dir", ""],
    ["auth_type", "scram-sha-256"],
    ["auth_file", users],
    ["admin_users", poolerUser],
    // Servers that only take TLS can be reached.
    ["server_tls_sslmode", "prefer"],
  ];
  return [["[databases]"], databases.map(line), ["[pgbouncer]"], settings.map(line), [""]]
    .flat().join("\n");
}

function behaviour(declared: StackPooler | undefined): Settings {
  // One whose file could not be read says nothing, which is noted where the stack is read.
  if (!declared || declared.settings.length === 0) return usual;
  return declared.settings.filter(({ name }) => !placeNames.test(name)).map(
    ({ name, value }) => [name, value] as const,
  );
}

function line([name, value]: readonly [string, string]): string {
  return `${name} = ${value}`.trimEnd();
}

/** The text of the list of users. */
export function poolerUsers(password: string): string {
  return `"${poolerUser}" "${password}"\n`;
}

/** How to log in to a node through a pooler. */
export function poolerLogin(node: string, address: Address, password: string): Login {
  return { ...address, user: poolerUser, password, database: node };
}

/** A value in a connection string of PgBouncer: a quote in it is written twice. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
