/**
 * The floor of the cluster benchmark: what a good plain script does to get one primary and three
 * streaming replicas, and nothing more. It looks after no errors but a server's exit.
 *
 *     lay()     data directories and configuration, ready to be started
 *     start()   every server at once, then a tight poll until all replicas stream
 *     remove()  SIGQUIT
 *
 * Its servers have the stack's own settings, with one difference in its favour: a standby that was
 * too early tries again at once.
 *
 * @module
 */
import { join } from "node:path";
import { type Account, serverEnvironment } from "../lib/cluster/local/account.ts";
import { configurationOf } from "../lib/cluster/local/configuration.ts";
import { formatConninfo } from "../lib/cluster/conninfo.ts";
import { freePorts } from "../lib/cluster/local/ports.ts";
import { formatSettings } from "../lib/cluster/setting_text.ts";
import { own } from "../lib/cluster/local/template.ts";
import type { Address } from "../lib/cluster/model.ts";
import pg from "../lib/sql/pg.ts";
import type { Stack, StackNode } from "../lib/stack/model.ts";
import { sleep } from "../lib/time/sleep.ts";

const noChange = { settings: {}, nodeSettings: {} };

/**
 * The shortest there is; the default is 5 s.
 * Source: https://www.postgresql.org/docs/current/runtime-config-replication.html
 */
const retry = { name: "wal_retrieve_retry_interval", value: "1ms" };

/** A sleep of 0 is the runtime's shortest, some 2 ms: a spin would take the servers' time. */
const pollMs = 0;

const streaming = "select count(*)::int from pg_stat_replication where state = 'streaming'";

/** One server, laid out. */
interface Plan {
  node: StackNode;
  directory: string;
  data: string;
  args: string[];
}

/** What a plain script is given. */
export interface PlainOptions {
  stack: Stack;
  /** Directory of the program `postgres`; the account can run it. */
  bin: string;
  account: Account;
  /** Its directory; it exists, and the account can pass through it. */
  directory: string;
}

/** Four servers, the plain way. */
export class PlainCluster {
  readonly #options: PlainOptions;
  readonly #ports: number[];
  readonly #plans: Plan[];
  #children: Deno.ChildProcess[] = [];

  constructor(options: PlainOptions) {
    this.#options = options;
    const { nodes } = options.stack;
    this.#ports = freePorts(nodes.length);
    this.#plans = nodes.map((node, index) => {
      const directory = join(options.directory, String(index));
      return { node, directory, data: join(directory, "data"), args: [] };
    });
  }

  /** The nodes' data directories. */
  get data(): string[] {
    return this.#plans.map(({ data }) => data);
  }

  /** Makes the nodes' directories; `fill` puts the data there, all at once. */
  async lay(fill: (path: string, index: number) => Promise<void>): Promise<void> {
    for (const { directory } of this.#plans) {
      Deno.mkdirSync(directory, { mode: 0o700 });
      own(directory, this.#options.account);
    }
    await Promise.all(this.data.map(fill));
    this.#plans.forEach((plan, index) => this.#configure(plan, this.#ports[index]!));
  }

  #configure(plan: Plan, port: number): void {
    const { stack, account } = this.#options;
    const { node, directory, data } = plan;
    const addresses = new Map<string, Address>(
      stack.nodes.map(({ name }, index) => [name, {
        host: "127.0.0.1",
        port: this.#ports[index]!,
      }]),
    );
    const configFile = join(directory, "postgresql.conf");
    const hbaFile = join(directory, "pg_hba.conf");
    const place = { port, sockets: directory, hbaFile, directory };
    const configuration = configurationOf(stack, node, noChange, { place, configFile, addresses });
    const write = (path: string, text: string) => {
      Deno.writeTextFileSync(path, text, { mode: 0o600, append: true });
      own(path, account);
    };
    write(configFile, configuration.file + formatSettings([retry]));
    write(hbaFile, configuration.hba);
    plan.args = configuration.args;
    if (!configuration.conninfo) return;
    const value = formatConninfo(configuration.conninfo);
    write(join(data, "standby.signal"), "");
    write(
      join(data, "postgresql.auto.conf"),
      formatSettings([{ name: "primary_conninfo", value }]),
    );
  }

  /**
   * Starts every server and waits until all replicas stream.
   * @throws {Error} when a server exits; the signal's reason when that comes first.
   */
  async start(signal: AbortSignal): Promise<void> {
    const { bin, account } = this.#options;
    const exit = new AbortController();
    this.#children = this.#plans.map(({ node, data, args }) => {
      const child = new Deno.Command(join(bin, "postgres"), {
        args: ["-D", data, ...args],
        clearEnv: true,
        env: serverEnvironment(),
        cwd: "/",
        stdin: "null",
        stdout: "null",
        stderr: "null",
        ...account,
      }).spawn();
      child.status.then(({ code }) => exit.abort(new Error(`${node.name} exited with ${code}`)));
      return child;
    });
    await this.#streaming(AbortSignal.any([signal, exit.signal]));
  }

  async #streaming(signal: AbortSignal): Promise<void> {
    const client = await this.#connected(signal);
    const wanted = this.#plans.filter(({ node }) => node.role === "replica").length;
    try {
      while ((await client.query(streaming)).rows[0].count < wanted) await sleep(pollMs, signal);
    } finally {
      await client.end();
    }
  }

  async #connected(signal: AbortSignal): Promise<pg.Client> {
    const index = this.#plans.findIndex(({ node }) => node.role === "primary");
    const { user, password, database } = this.#plans[index]!.node;
    const login = { host: "127.0.0.1", port: this.#ports[index]!, user, password, database };
    while (true) {
      const client = new pg.Client(login);
      client.on("error", () => {});
      try {
        await client.connect();
        return client;
      } catch {
        await sleep(pollMs, signal);
      }
    }
  }

  /** Ends the servers at once. */
  async remove(): Promise<void> {
    for (const child of this.#children) {
      try {
        child.kill("SIGQUIT");
      } catch { /* It has exited. */ }
    }
    await Promise.all(this.#children.map(({ status }) => status));
  }
}
