/**
 * IPv4 subnets: which overlap, and a free one for a cluster's network.
 *
 * @module
 */

/** A block of addresses. */
export interface Subnet {
  /** Its first address as a number. */
  start: number;
  /** How many addresses it has. */
  size: number;
}

/** Reads `172.18.0.0/16`, or one address; undefined for anything else, IPv6 too. */
export function parseSubnet(text: string): Subnet | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text.trim());
  if (!match) return undefined;
  const bits = Number(match[5] ?? 32);
  const parts = match.slice(1, 5).map(Number);
  if (bits > 32 || parts.some((part) => part > 255)) return undefined;
  const size = 2 ** (32 - bits);
  const address = parts.reduce((sum, part) => sum * 256 + part, 0);
  return { start: Math.floor(address / size) * size, size };
}

/** `172.18.0.0/16`. */
export function formatSubnet({ start, size }: Subnet): string {
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${parts.join(".")}/${32 - Math.log2(size)}`;
}

/** Whether every address of `inner` is in `outer`. */
export function contains(outer: Subnet, inner: Subnet): boolean {
  return outer.start <= inner.start && inner.start + inner.size <= outer.start + outer.size;
}

/** Whether they share an address; of two blocks one then contains the other. */
export function overlaps(a: Subnet, b: Subnet): boolean {
  return contains(a, b) || contains(b, a);
}

/** Where the clusters' networks lie. Engines hand out 172.16.0.0/12 and 192.168.0.0/16 themselves. */
const pool: Subnet = parseSubnet("10.213.0.0/16")!;

/** Addresses per network: engine, nodes, and helpers that run for a moment. */
const size = 32;

/**
 * A subnet that overlaps none of `taken`; undefined when the pool is used up. Starts at a random
 * place, so that harnesses that look at the same time rarely choose the same.
 */
export function freeSubnet(
  taken: readonly Subnet[],
  random: () => number = Math.random,
): Subnet | undefined {
  const count = pool.size / size;
  const first = Math.floor(random() * count);
  for (let step = 0; step < count; step++) {
    const subnet = { start: pool.start + ((first + step) % count) * size, size };
    if (!taken.some((other) => overlaps(other, subnet))) return subnet;
  }
  return undefined;
}

/**
 * The routes of a Linux host, less the default one. Elsewhere the engine runs in a machine of its
 * own, whose routes are not to be seen.
 * Fields: proc_net_route(5) of the Linux manual; addresses are little-endian hex.
 */
export async function hostRoutes(): Promise<Subnet[]> {
  const text = await Deno.readTextFile("/proc/net/route").catch(() => "");
  return text.split("\n").slice(1).flatMap((line) => {
    const fields = line.split("\t");
    const [destination, mask] = [fields[1], fields[7]].map((hex) =>
      /^[0-9A-F]{8}$/.test(hex ?? "")
        ? hex!.match(/../g)!.reduceRight((sum, byte) => sum * 256 + parseInt(byte, 16), 0)
        : undefined
    );
    return destination && mask ? [{ start: destination, size: 2 ** 32 - mask }] : [];
  });
}
