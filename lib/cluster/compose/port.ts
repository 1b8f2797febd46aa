/**
 * Ports for a cluster's servers.
 *
 * @module
 */
import type { PortMapping } from "../../stack/model.ts";
import { NodeError } from "../model.ts";

/** Where servers listen in their containers. */
export const serverPort = 5432;

/** A port of 127.0.0.1 that leads into a container. */
export interface GivenPort {
  port: number;
  containerPort: number;
  /** What it stands for; absent: the harness's own way in. */
  declared?: PortMapping;
}

/** One for every mapping that a node declares, and one for its server in any case. */
export function givePorts(declared: readonly PortMapping[], given: Set<number>): GivenPort[] {
  const ports: GivenPort[] = declared.map((mapping) => ({
    port: freePort(given),
    containerPort: mapping.containerPort,
    declared: mapping,
  }));
  if (ports.some(({ containerPort }) => containerPort === serverPort)) return ports;
  return [...ports, { port: freePort(given), containerPort: serverPort }];
}

/** Below where systems take ports for outgoing connections, so that none of those is in the way. */
const first = 20_000;
const count = 12_000;

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}

/** A port of 127.0.0.1 that is free now and not in `given`, to which it is added. */
export function freePort(given: Set<number>, random: () => number = Math.random): number {
  const start = Math.floor(random() * count);
  for (let step = 0; step < count; step++) {
    const port = first + (start + step) % count;
    if (given.has(port) || !isFree(port)) continue;
    given.add(port);
    return port;
  }
  throw new NodeError(`Cannot find a free port from ${first} to ${first + count - 1}`);
}
