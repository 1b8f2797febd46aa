/**
 * Free TCP ports of loopback.
 *
 * @module
 */

/** Below the range from which systems take ports for outgoing connections, so a stopped node's stays free. */
const first = 20_000;
const count = 12_000;

function listen(): Deno.Listener {
  for (let attempt = 0;; attempt++) {
    const port = first + Math.floor(Math.random() * count);
    try {
      return Deno.listen({ hostname: "127.0.0.1", port });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || attempt > 100) throw error;
    }
  }
}

/** Ports that nobody listens on now, all different. */
export function freePorts(wanted: number): number[] {
  const listeners: Deno.Listener[] = [];
  try {
    while (listeners.length < wanted) listeners.push(listen());
    return listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  } finally {
    for (const listener of listeners) listener.close();
  }
}
