/**
 * `port`: which port of the host leads to a node, by the stack's file, by the engine and by the
 * server that answers there. Two services with swapped ports serve every query, and every write that
 * was meant for the primary goes to a replica.
 *
 * A run has ports of its own: the one that stands for a declared port is tried in its place.
 *
 * @module
 */
import { z } from "zod";
import type { Inspection, PublishedPort } from "../cluster/inspection.ts";
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";
import { Session, SqlError } from "../sql/session.ts";
import { describeCode } from "../sql/condition.ts";
import type { PortMapping } from "../stack/model.ts";
import { findingOf, inspected, listed, named, withoutEngine } from "./container.ts";
import { findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";

/** How long a new connection and its first answer may take together, in milliseconds. */
const attemptMs = 2000;

/** The server's own address is that of its container, whatever port the client dialled. */
const sql = `
  select host(inet_server_addr()), current_setting('cluster_name'),
    current_setting('data_directory')`;

/** The fact. */
export const port = defineFact({
  name: "port",
  summary: "Each declared port of the host, and no other, leads to the node's own server; " +
    "`is` names the ports the node must have",
  words: {
    loopback: z.literal(true).optional()
      .describe("the stack's file publishes it on the host's own loopback address only"),
  },
  comparisons: ["is"],
  needsComparison: false,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, compare, words, signal }) {
    const wanted = listed(compare.is);
    const expected = wanted
      ? `port ${named(wanted)} of the host, and no other, leading to its own server`
      : "every declared port, and no other, leading to its own server";
    const blind = withoutEngine(scene.cluster.nodes, expected);
    if (blind) return blind;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const inspection = await inspected(node, limit);
      const declared = [
        ...(wanted ? wrongPorts(scene, node, wanted) : []),
        ...sharedPorts(scene, node),
        ...(words.loopback ? openPorts(node) : []),
      ];
      const engine = wrongPublished(node, inspection);
      const tries = await Promise.all(
        inspection.ports.filter((one) => one.declared).map((one) =>
          tryPort(scene, node, { one, inspection }, limit)
        ),
      );
      const wrong = [...declared, ...engine, ...tries.flatMap(({ wrong }) => wrong ?? [])];
      const finding = findingOf(wrong, {
        code: "Port",
        right: tries.map(({ right }) => right).join("; ") || "publishes no port",
        kind: "port",
        data: { declared: node.declared.ports, published: inspection.ports },
      });
      return declared.length > 0 ? { ...finding, final: true } : finding;
    });
    return lookOf(findings, expected);
  },
});

const hostPorts = (ports: readonly PortMapping[]) => ports.map(({ hostPort }) => String(hostPort));

/** The stack's file gives the node other ports than it must have. */
function wrongPorts(scene: Scene, node: Node, wanted: readonly string[]): string[] {
  const declared = hostPorts(node.declared.ports);
  const missing = wanted.filter((port) => !declared.includes(port));
  const more = declared.filter((port) => !wanted.includes(port));
  if (missing.length === 0 && more.length === 0) return [];
  const where = missing.map((port) => {
    const others = scene.stack.nodes.filter(({ ports }) => hostPorts(ports).includes(port));
    return `${port} leads to ${named(others.map(({ name }) => name))} in the stack's file`;
  });
  return [`is published on ${named(declared)}`, ...where];
}

/** Compose publishes on every address of the host unless it is told one. */
function openPorts(node: Node): string[] {
  const open = node.declared.ports.filter(({ hostAddress = "every address" }) =>
    !/^(?:127\.|::1$)/.test(hostAddress)
  );
  return open.map(({ hostAddress = "every address", hostPort }) =>
    `port ${hostPort} is open on ${hostAddress} of the host`
  );
}

/** A port of the host can lead to one container only. */
function sharedPorts(scene: Scene, node: Node): string[] {
  return node.declared.ports.filter(({ hostPort }) => hostPort !== 0).flatMap((mapping) => {
    const others = scene.stack.nodes.filter(({ name, ports }) =>
      name !== node.name && ports.some((other) => isSame(other, mapping))
    );
    if (others.length === 0) return [];
    return [
      `port ${mapping.hostPort} is also declared by ${named(others.map(({ name }) => name))}`,
    ];
  });
}

function isSame(a: PortMapping, b: PortMapping): boolean {
  const everywhere = [undefined, "0.0.0.0", "::"];
  return a.hostPort === b.hostPort &&
    (a.hostAddress === b.hostAddress ||
      [a, b].some(({ hostAddress }) => everywhere.includes(hostAddress)));
}

/** The engine publishes less or more than is declared. */
function wrongPublished(node: Node, { ports }: Inspection): string[] {
  const missing = node.declared.ports.filter((mapping) =>
    !ports.some(({ declared }) => declared === mapping)
  );
  const more = ports.filter(({ declared, isAccess }) => !declared && !isAccess);
  return [
    ...missing.map((mapping) => `the engine does not publish ${show(mapping)}`),
    ...more.map(({ address, containerPort }) =>
      `the engine also publishes ${address.host}:${address.port} to ${containerPort}`
    ),
  ];
}

const show = ({ hostPort, containerPort }: PortMapping) => `${hostPort}:${containerPort}`;

type Tried = { right: string; wrong?: undefined } | { wrong: string; right?: undefined };

/** Connects as a client would, and compares the server's own address with the container's. */
async function tryPort(
  scene: Scene,
  node: Node,
  { one, inspection }: { one: PublishedPort; inspection: Inspection },
  signal: AbortSignal,
): Promise<Tried> {
  const { declared, address } = one;
  const what = `${show(declared!)} (here ${address.host}:${address.port})`;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]);
  try {
    const { user, password, database } = node.declared;
    await using session = await Session.open({ ...address, user, password, database }, limit);
    const [row] = (await session.query(sql, [], limit)).rows as [string | null, string, string][];
    const [own, name, data] = row!;
    const server = `the server "${name}" at ${own ?? "no address"} with its data in ${data}`;
    if (inspection.networks.some(({ address }) => address === own)) {
      return { right: `${what} leads to ${server}` };
    }
    return {
      wrong: `${what} leads to ${await ownerOf(scene, own, signal) ?? "a stranger"}, ${server}`,
    };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SqlError)) throw error;
    return { wrong: `${what} leads to no server that answers: ${describeCode(error.code)}` };
  }
}

/** The node whose container has an address. */
async function ownerOf(
  { cluster }: Scene,
  address: string | null,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const node of cluster.nodes) {
    const { networks } = await inspected(node, signal);
    if (networks.some((network) => network.address === address)) return node.name;
  }
  return undefined;
}
