/**
 * The engine's machine, as seen from this one: whether files here can be mounted there, and where its
 * published ports are.
 *
 * @module
 */
import type { Endpoint } from "./endpoint.ts";
import { sshHost, sshPeer } from "./ssh.ts";

/** What follows from where the engine is. */
export interface Site {
  /** Whether it can mount this machine's files. */
  isHere: boolean;
  /** The engine's address, as a person would write it. */
  url: string;
  /** Where its published ports are reached. */
  host: string;
  /** The address on its machine to publish them at. */
  publishAt: string;
  /**
   * From where servers see this machine's connections, as an address block; absent: through the
   * gateway of their own network, as whatever comes from the engine's own loopback.
   */
  seenAs?: string;
}

/** An engine behind a socket of this machine. */
export const here: Site = {
  isHere: true,
  url: "unix:///var/run/docker.sock",
  host: "127.0.0.1",
  publishAt: "127.0.0.1",
};

const isLoopback = (host: string) => host === "localhost" || /^(127\.|\[?::1\]?$)/.test(host);

/** One address as a block. */
const blockOf = (address: string) => `${address}/${address.includes(":") ? 128 : 32}`;

/** Where an endpoint's machine is. */
export async function siteOf({ url }: Endpoint, signal: AbortSignal): Promise<Site> {
  if (url.startsWith("unix:")) return { ...here, url };
  const { protocol, hostname, port } = new URL(url);
  const isSsh = protocol === "ssh:";
  const host = isSsh ? await sshHost(url, signal) : hostname.replace(/^\[|\]$/g, "");
  if (isLoopback(host)) return { ...here, url, isHere: false };
  const own = isSsh ? await sshPeer(url, signal) : await localAddress(host, Number(port));
  return {
    ...{ isHere: false, url, host, publishAt: "0.0.0.0" },
    ...(own === undefined ? {} : { seenAs: blockOf(own) }),
  };
}

/** The address of this machine on the way to another one. */
async function localAddress(hostname: string, port: number): Promise<string | undefined> {
  using connection = await Deno.connect({ hostname, port });
  return (connection.localAddr as Deno.NetAddr).hostname;
}
