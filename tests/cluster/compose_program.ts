/**
 * A process of the program that a test follows by its events and its containers, and can kill.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { sleep } from "../../lib/time/sleep.ts";
import { spawnInTerminal } from "../program.ts";
import { engine, leftovers } from "./compose_fixture.ts";

/** The program in a process of its own. */
export class Program implements AsyncDisposable {
  readonly child: Deno.ChildProcess;
  readonly out: string;
  readonly #ended: Promise<Deno.CommandOutput>;

  private constructor(out: string, args: readonly string[], env: Record<string, string>) {
    this.out = out;
    this.child = spawnInTerminal(args, env);
    this.#ended = this.child.output();
  }

  static async verify(
    { target = "compose", paths, options = [], env = {} }: {
      target?: string;
      paths: string[];
      options?: string[];
      env?: Record<string, string>;
    },
  ): Promise<Program> {
    const out = await Deno.makeTempDir();
    const args = ["verify", "--target", target, "--out", join(out, "reports"), ...options];
    return new Program(out, [...args, ...paths], env);
  }

  static async clean(): Promise<string> {
    await using program = new Program(await Deno.makeTempDir(), ["clean"], {});
    const { code, out } = await program.end();
    assert.equal(code, 0, out);
    return out;
  }

  /** Waits until so many events of this type were written. */
  async reached(type: string, signal: AbortSignal, count = 1): Promise<void> {
    const path = join(this.out, "reports/events.ndjson");
    let hasEnded = false;
    this.#ended.then(() => hasEnded = true);
    for (;;) {
      const text = await Deno.readTextFile(path).catch(() => "");
      if (text.split(`"type":"${type}"`).length > count) return;
      assert(!hasEnded, `it ended before ${type}: ${text}`);
      await sleep(50, signal);
    }
  }

  /** Waits until it has made containers. */
  async busy(signal: AbortSignal): Promise<void> {
    const client = await engine(signal);
    while (!(await leftovers(client, this.child.pid)).some((text) => /^container/.test(text))) {
      await sleep(50, signal);
    }
  }

  async end(): Promise<{ code: number; out: string; err: string }> {
    const { code, stdout, stderr } = await this.#ended;
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch { /* it has ended */ }
    await this.#ended;
    await Deno.remove(this.out, { recursive: true });
  }
}
