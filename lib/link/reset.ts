/**
 * Ends a TCP connection by RST instead of FIN. Deno has no SO_LINGER; a socket that is connected to
 * nowhere (`connect` with AF_UNSPEC) is disconnected at once, and Linux tells the peer by RST.
 * Source: connect(2); tcp_disconnect in net/ipv4/tcp.c of Linux.
 *
 * @module
 */

/** How a connection was ended. */
export type Ending = "RST" | "FIN";

/** `sockaddr` with the family AF_UNSPEC, which is zero. */
const nowhere = new Uint8Array(16);

/** The C library, by the names it has with glibc and with musl. */
const libraries = ["libc.so.6", "libc.so"];

const symbols = {
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
} as const;

type Library = Deno.DynamicLibrary<typeof symbols>;

function openLibrary(): Library | undefined {
  if (Deno.build.os !== "linux") return undefined;
  for (const name of libraries) {
    try {
      return Deno.dlopen(name, symbols);
    } catch { /* the next one, or none: then it is a FIN */ }
  }
  return undefined;
}

/**
 * The descriptor of a connection, found by its two ports among the sockets of this process: Deno
 * does not tell it. Fields: proc_net(5); ports are hexadecimal.
 */
function descriptorOf({ localAddr, remoteAddr }: Deno.TcpConn): number | undefined {
  const ports = [localAddr, remoteAddr].map(({ port }) =>
    `:${port.toString(16).toUpperCase().padStart(4, "0")}`
  );
  const lines = ["tcp", "tcp6"].flatMap((name) => {
    try {
      return Deno.readTextFileSync(`/proc/self/net/${name}`).split("\n");
    } catch {
      return [];
    }
  });
  const found = lines.map((line) => line.trim().split(/\s+/)).filter(([, local, remote]) =>
    local?.endsWith(ports[0]!) && remote?.endsWith(ports[1]!)
  );
  if (found.length !== 1) return undefined;
  const socket = `socket:[${found[0]![9]}]`;
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      if (Deno.readLinkSync(`/proc/self/fd/${name}`) === socket) return Number(name);
    } catch { /* closed in the meantime */ }
  }
  return undefined;
}

/** Ends a connection by RST where that can be done, else by FIN; it is closed then. */
export function reset(connection: Deno.TcpConn): Ending {
  const library = openLibrary();
  const descriptor = library && descriptorOf(connection);
  try {
    if (!library || descriptor === undefined) return "FIN";
    return library.symbols.connect(descriptor, nowhere, nowhere.length) === 0 ? "RST" : "FIN";
  } finally {
    library?.close();
    connection.close();
  }
}
