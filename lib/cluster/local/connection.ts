/**
 * How a node connects to its upstream on this machine: as the stack declares it, with files that lie
 * on this machine, and to where the upstream is here.
 *
 * @module
 */
import { isAbsolute, join } from "node:path";
import type { StackNode } from "../../stack/model.ts";
import { type Conninfo, declaredConninfo, reroute } from "../conninfo.ts";
import type { Address } from "../model.ts";
import { onHost, type Place } from "./settings.ts";

/**
 * Parameters that name a file.
 * Source: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
 */
const files = ["sslrootcert", "sslcert", "sslkey", "sslcrl"];

/** A connection made to fit, with the files to copy and the differences in sentences. */
export interface LocalConnection {
  conninfo: Conninfo;
  copies: { from: string; to: string }[];
  translations: string[];
}

/** The connection that a node declares; mounted files become copies in its own folder. */
export function localConnection(node: StackNode, place: Place): LocalConnection {
  const conninfo: Conninfo = new Map(declaredConninfo(node));
  const found: LocalConnection = { conninfo, copies: [], translations: [] };
  for (const name of files) {
    const value = conninfo.get(name);
    const from = value !== undefined && isAbsolute(value) ? onHost(value, node) : undefined;
    if (from === undefined) continue;
    const to = join(place.directory, name);
    conninfo.set(name, to);
    found.copies.push({ from, to });
    found.translations.push(
      `${node.name}: ${name} ${value} of primary_conninfo is a copy of the mounted file`,
    );
  }
  return found;
}

/**
 * The connection to an upstream, through a relay where there is one in between. A certificate bears
 * the upstream's name: where it is compared with that, the name stays and the address stands beside.
 */
export function connectionTo(
  conninfo: Conninfo,
  upstream: { name: string; address: Address },
  via?: Address,
): Conninfo {
  const { name, address } = upstream;
  if (conninfo.get("sslmode") !== "verify-full") return reroute(conninfo, address, via);
  return reroute(conninfo, { host: name, port: address.port }, via ?? address);
}
