/**
 * Connection strings of replication, `host=master port=5432 ...` or `postgresql://...`, read and
 * written back with another address.
 * Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
 *
 * @module
 */
import type { StackNode } from "../stack/model.ts";
import type { Address } from "./model.ts";

/** Keywords in their order; a later one of the same name wins, as in libpq. */
export type Conninfo = Map<string, string>;

function parseUri(text: string): Conninfo | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const found: Conninfo = new Map();
  if (url.hostname) found.set("host", decodeURIComponent(url.hostname));
  if (url.port) found.set("port", url.port);
  if (url.username) found.set("user", decodeURIComponent(url.username));
  if (url.password) found.set("password", decodeURIComponent(url.password));
  const database = decodeURIComponent(url.pathname.slice(1));
  if (database) found.set("dbname", database);
  for (const [key, value] of url.searchParams) found.set(key, value);
  return found;
}

/** Reads a connection string; undefined when it is none. */
export function parseConninfo(text: string): Conninfo | undefined {
  if (/^postgres(ql)?:\/\//.test(text)) return parseUri(text);
  const found: Conninfo = new Map();
  const pair = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)\s*/ys;
  while (pair.lastIndex < text.length) {
    const match = pair.exec(text);
    if (!match) return text.trim() === "" ? found : undefined;
    found.set(match[1]!, (match[2] ?? match[3]!).replaceAll(/\\(.)/gs, "$1"));
  }
  return found;
}

/** Writes a connection string, values quoted only where they must be. */
export function formatConninfo(conninfo: Conninfo): string {
  return [...conninfo].map(([key, value]) =>
    /^[\w.:\/-]+$/.test(value)
      ? `${key}=${value}`
      : `${key}='${value.replaceAll(/['\\]/g, "\\$&")}'`
  ).join(" ");
}

/** The same connection to another address, the address first. */
export function readdress(conninfo: Conninfo, { host, port }: Address): Conninfo {
  const rest = [...conninfo].filter(([key]) => !["host", "hostaddr", "port"].includes(key));
  return new Map([["host", host], ["port", String(port)], ...rest]);
}

/**
 * The same connection to an upstream, through a relay where there is one in between. The upstream's
 * own name stays as `host`, for certificates are checked against it; `hostaddr` is where it leads.
 */
export function reroute(conninfo: Conninfo, upstream: Address, via?: Address): Conninfo {
  if (!via) return readdress(conninfo, upstream);
  const [first, second, ...rest] = readdress(conninfo, { host: upstream.host, port: via.port });
  const isNumeric = /^[\d.]+$|:/.test(via.host);
  // Without an address of its own the relay can only be reached by its name.
  if (!isNumeric) return readdress(conninfo, via);
  return new Map([first!, ["hostaddr", via.host], second!, ...rest]);
}

/**
 * How a node connects to its upstream, as the stack declares it: its own `primary_conninfo` setting,
 * else what the entrypoint makes of the environment.
 */
export function declaredConninfo(node: StackNode): Conninfo {
  const setting = node.settings.findLast(({ name }) => name.toLowerCase() === "primary_conninfo");
  const declared = setting && parseConninfo(setting.value);
  if (declared) return declared;
  const { environment, replication: { user, password } = node } = node;
  const conninfo: Conninfo = new Map([
    ["host", environment.REPLICATE_FROM || node.upstream || ""],
    ["port", environment.REPLICATE_PORT || "5432"],
    ["user", user],
    ["password", password],
  ]);
  for (const [key, value] of parseConninfo(environment.REPLICATE_OPTIONS ?? "") ?? []) {
    conninfo.set(key, value);
  }
  return conninfo;
}
