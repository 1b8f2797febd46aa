/**
 * Published ports, in both forms of Compose.
 * Source: https://docs.docker.com/reference/compose-file/services/#ports
 *
 * @module
 */
import { isIP } from "node:net";
import type { PortMapping } from "./model.ts";

/** A port that means nothing. */
export class PortError extends Error {
  override name = "PortError";
}

/** The long form. */
export interface LongPort {
  target: string | number;
  published?: string | number | undefined;
  host_ip?: string | undefined;
  protocol?: string | undefined;
}

const hint = `write "HOST:CONTAINER", as in "5532:5432"`;

/**
 * The mappings of one entry; a range makes several, a UDP port none: PostgreSQL speaks TCP only.
 * @throws {PortError}
 */
export function parsePort(port: string | number | LongPort): PortMapping[] {
  const { hostAddress, host, container, protocol } = typeof port === "object"
    ? longForm(port)
    : shortForm(String(port));
  if (protocol !== "tcp") {
    if (["udp", "sctp"].includes(protocol)) return [];
    throw new PortError(`"${protocol}" is no protocol of a port`);
  }
  const [first, last] = range(container);
  const [hostFirst, hostLast] = host === "" ? [0, 0] : range(host, 0);
  const count = last - first + 1;
  if (host !== "" && hostLast - hostFirst + 1 !== count) {
    throw new PortError(`${host} and ${container} are not equally many ports`);
  }
  return Array.from({ length: count }, (_, index) => ({
    ...(hostAddress === "" ? {} : { hostAddress }),
    hostPort: hostFirst === 0 ? 0 : hostFirst + index,
    containerPort: first + index,
  }));
}

/** Without those that say the same as an earlier one. */
export function uniquePorts(ports: readonly PortMapping[]): PortMapping[] {
  const key = (port: PortMapping) =>
    `${port.hostAddress ?? ""} ${port.hostPort} ${port.containerPort}`;
  return [...new Map(ports.map((port) => [key(port), port])).values()];
}

function longForm({ target, published, host_ip, protocol }: LongPort) {
  const host = String(published ?? "");
  return {
    hostAddress: address(host_ip ?? ""),
    host,
    container: `${target}`,
    protocol: protocol ?? "tcp",
  };
}

function shortForm(text: string) {
  const match = /^(?:(?:(\[[^\]]*\]|[^:]*):)?([\d-]*):)?([\d-]+)(?:\/(\w+))?$/.exec(text);
  if (!match) throw new PortError(`"${text}" is no port mapping; ${hint}`);
  const [, hostAddress = "", host = "", container = "", protocol = "tcp"] = match;
  return { hostAddress: address(hostAddress.replace(/^\[|\]$/g, "")), host, container, protocol };
}

function address(text: string): string {
  if (text !== "" && isIP(text) === 0) throw new PortError(`"${text}" is no address of the host`);
  return text;
}

function range(text: string, least = 1): [number, number] {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === undefined || from < least || to > 65535 || to < from) {
    throw new PortError(`"${text}" is no port; ${hint}`);
  }
  return [from, to];
}
