/**
 * How containers reach a listener of this machine: by the gateway of their network where the engine
 * runs here, by the name that Docker Desktop gives its host where it runs in a machine of its own.
 * Source: https://docs.docker.com/desktop/features/networking/#i-want-to-connect-from-a-container-to-a-service-on-the-host
 *
 * @module
 */
import { raced } from "../../time/sleep.ts";
import type { Gateway } from "../model.ts";
import type Docker from "./docker.ts";
import type { Engine } from "./engine.ts";
import { formatSubnet, parseSubnet } from "./subnet.ts";

/** Whether an address is one of this machine's. */
function isHere(address: string): boolean {
  return Deno.networkInterfaces().some((each) => each.address === address);
}

/** The way from a network whose gateway is known; undefined when there is none. */
export function gatewayOf(
  address: string | undefined,
  engine: "here" | "desktop" | undefined,
): Gateway | undefined {
  if (engine === "desktop") return { listen: "127.0.0.1", host: "host.docker.internal" };
  return address && isHere(address) ? { listen: address, host: address } : undefined;
}

/** Where the engine runs, by the gateway of the network that every engine has. */
export async function engineIs(
  { client, site }: Engine,
  signal: AbortSignal,
): Promise<"here" | "desktop" | undefined> {
  if (!site.isHere) return undefined;
  const { OperatingSystem } = await raced(client.info(), signal) as { OperatingSystem?: string };
  if (OperatingSystem === "Docker Desktop") return "desktop";
  const address = await bridgeAddress(client, signal);
  return address !== undefined && isHere(address) ? "here" : undefined;
}

/**
 * The engine's own address in the network that every engine has. Engine 20 does not always say it of
 * this network; it is the first of the subnet then.
 */
export async function bridgeAddress(
  client: Docker,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { IPAM } = await raced(client.getNetwork("bridge").inspect(), signal) as {
    IPAM?: { Config?: { Gateway?: string; Subnet?: string }[] };
  };
  const { Gateway, Subnet } = IPAM?.Config?.[0] ?? {};
  const block = parseSubnet(Subnet ?? "");
  if (Gateway || !block) return Gateway;
  return formatSubnet({ start: block.start + 1, size: 1 }).replace("/32", "");
}
