/**
 * The stack's pooler in front of the nodes of a cluster: a container of its image in their network.
 * What it reads is written for it; its databases, ports and users are not the stack's.
 *
 * @module
 */
import { untilAnswering } from "../../pooler/answering.ts";
import { poolerIni, poolerLogin, poolerUsers, served } from "../../pooler/configuration.ts";
import type { Pooler } from "../../pooler/model.ts";
import { lacksPooler } from "../../pooler/program.ts";
import type { Login } from "../../sql/session.ts";
import type { Stack } from "../../stack/model.ts";
import { Deadline } from "../../time/deadline.ts";
import { raced } from "../../time/sleep.ts";
import { NodeError } from "../model.ts";
import type Docker from "./docker.ts";
import { type Engine, engineGone, hasImage, needImage, statusOf } from "./engine.ts";
import type { Workshop } from "./holdings.ts";
import { readLogs } from "./logs.ts";
import type { ComposeNode } from "./node.ts";
import { deliver, packTexts } from "./parcel.ts";
import { freePort } from "./port.ts";

/** Where it listens in its container: PgBouncer's own default. */
const listenPort = 6432;

/** PgBouncer refuses to run as root; nobody has this number in Debian and Alpine. */
const account = 65534;

const folder = "/etc/pgproof";
const paths = { ini: `${folder}/pgbouncer.ini`, users: `${folder}/users.txt` };

/** Lines of its log that go with an error. */
const logLines = 20;

/** How long a missing image may take to arrive, in milliseconds. */
const pullMs = 60_000;

/** The image to run a pooler from, or why there is none. */
export interface PoolerImage {
  image?: string;
  lacks?: string;
}

/**
 * The image of a stack's pooler, if the engine has it. It is pulled only where the pooler could not
 * run otherwise: most scenarios need none.
 */
export async function poolerImage(
  engine: Engine,
  { pooler }: Stack,
  signal: AbortSignal,
): Promise<PoolerImage> {
  const lacks = lacksPooler();
  if (!pooler?.image) return lacks === undefined ? {} : { lacks };
  const { image } = pooler;
  if (await hasImage(engine, image, signal)) return { image };
  if (lacks === undefined) return {};
  using deadline = new Deadline(`pull of ${image}`, pullMs, signal);
  try {
    await needImage(engine, image, deadline.signal);
    return { image };
  } catch (error) {
    signal.throwIfAborted();
    return { lacks: `${(error as Error).message}; ${lacks}` };
  }
}

/** A container that runs. */
class PoolerContainer implements Pooler {
  readonly #container: Docker.Container;
  readonly #address: { host: string; port: number };
  readonly #password: string;
  readonly #release: () => void;

  constructor(
    container: Docker.Container,
    options: { address: { host: string; port: number }; password: string; release: () => void },
  ) {
    this.#container = container;
    this.#address = options.address;
    this.#password = options.password;
    this.#release = options.release;
  }

  loginTo({ name }: { name: string }): Login {
    return poolerLogin(name, this.#address, this.#password);
  }

  async lastLines(): Promise<string[]> {
    const lines = await readLogs(
      this.#container,
      { tail: logLines },
      AbortSignal.timeout(readMs),
    );
    return lines.map(({ text }) => text);
  }

  async stop(signal: AbortSignal): Promise<void> {
    try {
      await raced(this.#container.remove({ force: true, v: true }), signal);
    } catch (error) {
      if (statusOf(error) !== 404) throw engineGone(error) ?? error;
    } finally {
      this.#release();
    }
  }
}

/** How long it may take to read its log, and to remove it when it did not start, in milliseconds. */
const readMs = 10_000;
const removeMs = 30_000;

/**
 * Starts it in front of all nodes; returns when it answers. The nodes need not run.
 * @throws {NodeError} with what it said when it does not; nothing is left behind.
 */
export async function startPooler(
  image: string,
  { nodes, workshop: { stack, given } }: { nodes: readonly ComposeNode[]; workshop: Workshop },
  signal: AbortSignal,
): Promise<Pooler> {
  const { client, labels, network, site } = nodes[0]!.common;
  const password = crypto.randomUUID();
  const port = freePort(given.ports);
  const release = () => void given.ports.delete(port);
  signal.throwIfAborted();
  const container = await client.createContainer({
    Image: image,
    User: `${account}:${account}`,
    Entrypoint: ["pgbouncer", paths.ini],
    Cmd: [],
    Labels: labels,
    Healthcheck: { Test: ["NONE"] },
    ExposedPorts: { [`${listenPort}/tcp`]: {} },
    HostConfig: {
      NetworkMode: network,
      PortBindings: { [`${listenPort}/tcp`]: [{ HostIp: site.publishAt, HostPort: String(port) }] },
    },
  }).catch((error) => {
    release();
    throw new NodeError(`Cannot start a pooler: ${(error as Error).message}`, { cause: error });
  });
  const pooler = new PoolerContainer(container, {
    ...{ address: { host: site.host, port }, password, release },
  });
  try {
    const place = { listen: "*", port: listenPort, users: paths.users };
    const databases = nodes.map((node) => served(node, node.peerAddress));
    const files = [
      { target: paths.ini, text: poolerIni(databases, place, stack.pooler) },
      { target: paths.users, text: poolerUsers(password) },
    ];
    await deliver(container, await packTexts(files, { mode: 0o600, account }), signal);
    let isGone = false;
    await raced(container.start(), signal);
    container.wait().then(() => isGone = true, () => isGone = true);
    await untilAnswering(pooler, () => isGone, signal);
    return pooler;
  } catch (error) {
    await pooler.stop(AbortSignal.timeout(removeMs)).catch(() => {});
    if (error instanceof NodeError) throw error;
    signal.throwIfAborted();
    const why = (error as Error).message;
    throw engineGone(error) ?? new NodeError(`Cannot start a pooler: ${why}`, { cause: error });
  }
}
