/**
 * An engine behind ssh: reached through `docker system dial-stdio`, which the docker command itself
 * uses, with the user's own ssh, its configuration, keys and agent.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { thisOwner } from "./owner.ts";
import { makeWorkDirectory } from "./work.ts";

/** Arguments by which ssh reaches the host of a URL. */
function destination(url: string): string[] {
  const { hostname, port, username } = new URL(url);
  return [
    ...(username ? ["-l", decodeURIComponent(username)] : []),
    ...(port ? ["-p", port] : []),
    ...["--", hostname],
  ];
}

async function ssh(args: string[], signal: AbortSignal): Promise<string> {
  const command = new Deno.Command("ssh", { args, stdin: "null", stderr: "null", signal });
  const { success, stdout } = await command.output();
  return success ? new TextDecoder().decode(stdout) : "";
}

/** The host that ssh connects to: what a URL names may be an alias of its configuration. */
export async function sshHost(url: string, signal: AbortSignal): Promise<string> {
  const configuration = await ssh(["-G", ...destination(url)], signal);
  return /^hostname (\S+)$/m.exec(configuration)?.[1] ?? new URL(url).hostname;
}

/**
 * The address under which the other side sees this machine, which the ssh server notes as
 * `SSH_CONNECTION`; undefined when it does not say.
 */
export async function sshPeer(url: string, signal: AbortSignal): Promise<string | undefined> {
  const said = await ssh([...destination(url), "printenv", "SSH_CONNECTION"], signal);
  return /^(\S+) \d+ \S+ \d+\s*$/.exec(said)?.[1];
}

/** By the context they belong to; they last as long as this process. */
const bridges = new Map<string, Promise<string>>();

/** A Unix socket of this process's own, each of whose connections is one to the engine. */
export function bridgeTo(url: string, environment: Record<string, string>): Promise<string> {
  const known = bridges.get(url);
  if (known) return known;
  const made = makeBridge(environment);
  bridges.set(url, made);
  return made;
}

async function makeBridge(environment: Record<string, string>): Promise<string> {
  const folder = await makeWorkDirectory(await thisOwner());
  // Whoever can connect has the engine.
  await Deno.chmod(folder, 0o700);
  globalThis.addEventListener("unload", () => {
    try {
      Deno.removeSync(folder, { recursive: true });
    } catch { /* clean finds it by its owner */ }
  });
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const dial = spawn("docker", ["system", "dial-stdio"], {
      env: { ...Deno.env.toObject(), ...environment },
      stdio: ["pipe", "pipe", "ignore"],
    });
    client.pipe(dial.stdin);
    dial.stdout.pipe(client);
    for (const end of [client, dial.stdin, dial.stdout, dial]) end.on("error", () => {});
    client.on("close", () => dial.kill());
    dial.on("exit", () => client.end());
  });
  const path = join(folder, "docker.sock");
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(path, resolve);
  });
  server.unref();
  return path;
}
