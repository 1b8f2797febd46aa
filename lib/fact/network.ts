/**
 * `network`: which networks a node is in, by the stack's file, by the engine and by the server's own
 * address. pg_hba.conf trusts addresses of a network: whoever else is in it is trusted as well.
 *
 * A run has subnets of its own: the one that stands for a declared subnet is compared in its place.
 *
 * @module
 */
import { z } from "zod";
import type { Attachment, Inspection } from "../cluster/inspection.ts";
import type { Node } from "../cluster/model.ts";
import { contains, parseSubnet } from "../cluster/compose/subnet.ts";
import type { Scene } from "../run/scene.ts";
import { findingOf, inspected, listed, named, withoutEngine } from "./container.ts";
import { findEach, type Finding, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";

/** The fact. */
export const network = defineFact({
  name: "network",
  summary: "Each node is in the declared networks and in no other, and nothing else is in them; " +
    "`is` names the networks it must be in",
  words: {
    driver: z.string().optional().describe("the driver that each network must have"),
    subnet: z.string().optional().describe("the subnet that each network must have"),
    isolated: z.literal(true, { error: "expected true" }).optional().describe(
      "a container of another network must not reach the server, one of its own must",
    ),
  },
  comparisons: ["is"],
  needsComparison: false,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, compare, words, signal }) {
    const wanted = listed(compare.is);
    const { driver, subnet, isolated } = words;
    const expected = [
      wanted ? `in ${named(wanted)} alone` : "in the declared networks alone",
      ...(driver ? [`driver ${driver}`] : []),
      ...(subnet ? [`subnet ${subnet}`] : []),
      "nothing else in it",
      ...(isolated ? ["out of reach from other networks"] : []),
    ].join(", ");
    const blind = withoutEngine(scene.cluster.nodes, expected);
    if (blind) return blind;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const inspection = await inspected(node, limit);
      const declared = wrongDeclared(scene, node, { wanted, driver, subnet });
      const wrong = [...declared, ...wrongAttached(scene, node, inspection)];
      // Through a network that it should not be in, its server may let nobody in.
      const own = wrong.length > 0 ? undefined : await ownAddress(scene, node, limit);
      if (own !== undefined) wrong.push(...wrongAddress(inspection, own));
      const finding = findingOf(wrong, {
        code: "Network",
        right: inspection.networks.map((one) => right(scene, one)).join("; "),
        kind: "network",
        data: {
          declared: node.declared.networks,
          attached: inspection.networks,
          address: own ?? null,
        },
      });
      return declared.length > 0 ? { ...finding, final: true } : finding;
    });
    if (!isolated || findings.some(({ holds }) => !holds)) return lookOf(findings, expected);
    return lookOf([...findings, ...await reach(scene, nodes, signal)], expected);
  },
});

function right({ stack }: Scene, { declared, engineName, driver, subnets, address }: Attachment) {
  const subnet = stack.networks.find(({ name }) => name === declared)?.subnets.join() ||
    "any subnet";
  return `is in ${declared} as ${address} of ${subnets.join()}, which stands for ${subnet} ` +
    `(${engineName}, ${driver})`;
}

interface Wanted {
  wanted: string[] | undefined;
  driver: string | undefined;
  subnet: string | undefined;
}

/** What the stack's file says is wrong. */
function wrongDeclared({ stack }: Scene, node: Node, { wanted, driver, subnet }: Wanted): string[] {
  const { networks } = node.declared;
  const wrong: string[] = [];
  const isSame = !wanted ||
    (networks.length === wanted.length && networks.every((name) => wanted.includes(name)));
  if (!isSame) wrong.push(`is in ${named(networks)} in the stack's file`);
  if (networks.length === 0 && !wanted) wrong.push("has no network of its own in the stack's file");
  const judged = wanted ?? networks;
  for (const one of stack.networks.filter(({ name }) => judged.includes(name))) {
    const { guests = [] } = one;
    if (guests.length > 0) {
      wrong.push(`${named(guests)} is in ${one.name} as well in the stack's file`);
    }
    if (driver !== undefined && one.driver !== driver) {
      wrong.push(`${one.name} has the driver ${one.driver} in the stack's file`);
    }
    if (subnet !== undefined && (one.subnets.length !== 1 || one.subnets[0] !== subnet)) {
      wrong.push(`${one.name} has the subnet ${named(one.subnets)} in the stack's file`);
    }
  }
  return wrong;
}

/** What the engine or the server says is something else than the file. */
function wrongAttached(
  { stack }: Scene,
  node: Node,
  { networks }: Inspection,
): string[] {
  const declared = node.declared.networks;
  const missing = declared.filter((name) => !networks.some((one) => one.declared === name));
  const wrong = missing.map((name) => `the engine does not attach it to ${name}`);
  for (const one of networks) {
    const { engineName, driver, subnets, due, strangers } = one;
    const known = stack.networks.find(({ name }) => name === one.declared);
    if (!known || !declared.includes(known.name)) {
      wrong.push(`the engine also attaches it to ${one.declared ?? engineName}`);
      continue;
    }
    if (driver !== known.driver) {
      wrong.push(`${known.name} has the driver ${driver}, not ${known.driver} as declared`);
    }
    if (subnets.join() !== due) wrong.push(`${known.name} has ${named(subnets)}, not ${due}`);
    if (strangers.length > 0) wrong.push(`${named(strangers)} is in ${known.name} as well`);
  }
  return wrong;
}

/** The address at which the server was reached; null over a Unix socket. */
async function ownAddress(
  { observer }: Scene,
  node: Node,
  signal: AbortSignal,
): Promise<string | null> {
  return await observer.value(node, "select host(inet_server_addr())", signal) as string | null;
}

/** The server says that it is in another network than the engine does. */
function wrongAddress({ networks }: Inspection, own: string | null): string[] {
  const address = parseSubnet(own ?? "");
  const blocks = networks.flatMap(({ subnets }) => subnets).flatMap((text) =>
    parseSubnet(text) ?? []
  );
  if (address && blocks.some((block) => contains(block, address))) return [];
  return [`its server answers at ${own ?? "no address"}, which is in none of them`];
}

/**
 * Tries from both sides. A probe that gets no answer anywhere has not shown that a network is closed.
 */
async function reach(
  { cluster }: Scene,
  nodes: readonly Node[],
  signal: AbortSignal,
): Promise<Finding[]> {
  const [inside, outside] = await Promise.all([
    cluster.answering!("its network", signal),
    cluster.answering!("another network", signal),
  ]);
  return nodes.map((node) => {
    const [isInside, isOutside] = [inside.includes(node), outside.includes(node)];
    const found = { node, kind: "network", data: { inside: isInside, outside: isOutside } };
    if (!isInside) {
      const seen = "does not answer a container of its own network: the probe proves nothing";
      return { ...found, holds: undefined, code: "ProbeBlind", seen };
    }
    const seen = isOutside
      ? "answers a container of another network"
      : "answers a container of its own network, and none of another one";
    return { ...found, holds: !isOutside, code: "Network", seen };
  });
}
