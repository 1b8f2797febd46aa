/**
 * What both targets need: Deno, room on the disk, ports.
 *
 * @module
 */
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { Finding, Patient } from "./doctor_finding.ts";

/** The oldest Deno that the tests of this project run on. */
const denoMin = [2, 9];

/** Room that a few clusters at once need in the temp folder, and that is short, in bytes. */
const roomShort = 2 * 1024 ** 3;
const roomMin = 512 * 1024 ** 2;

/** Checks the machine. */
export async function checkMachine({ stack }: Patient): Promise<Finding[]> {
  return [
    deno(),
    await room("temp folder", tmpdir(), "set TMPDIR to a folder with more room"),
    ...ports(stack?.nodes.flatMap(({ ports }) => ports.map(({ hostPort }) => hostPort)) ?? []),
  ];
}

function deno(): Finding {
  const { deno: version } = Deno.version;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNew = major > denoMin[0]! || (major === denoMin[0] && minor >= denoMin[1]!);
  return isNew ? { state: "ok", what: "Deno", seen: version } : {
    state: "bad",
    what: "Deno",
    seen: `${version}, ${denoMin.join(".")} or newer is needed`,
    advice: "deno upgrade, or npm install -g deno",
  };
}

/** How much room there is where a path lies. */
export async function room(what: string, path: string, advice: string): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(path);
    const bytes = bavail * bsize;
    const seen = `${(bytes / 1024 ** 3).toFixed(1)} GB free in ${path}`;
    if (bytes >= roomShort) return { state: "ok", what, seen };
    return { state: bytes < roomMin ? "bad" : "care", what, seen, advice };
  } catch (error) {
    return { state: "bad", what, seen: `${path}: ${(error as Error).message}`, advice };
  }
}

/** Runs have ports of their own; the declared ones matter to who brings the stack up by hand. */
function ports(declared: readonly number[]): Finding[] {
  const own = canListen(0)
    ? { state: "ok" as const, what: "ports", seen: "free ports on 127.0.0.1 for runs" }
    : {
      state: "bad" as const,
      what: "ports",
      seen: "no port of 127.0.0.1 can be opened",
      advice: "look for what restricts this user's network (container, sandbox, firewall)",
    };
  const taken = declared.filter((port) => port !== 0 && !canListen(port));
  if (taken.length === 0) return [own];
  return [own, {
    state: "care",
    what: "stack's ports",
    seen: `${taken.join(", ")} taken: by this stack, or by something else`,
    advice: "nothing for runs, which have others; docker compose up by hand needs them free",
  }];
}

function canListen(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    return false;
  }
}
