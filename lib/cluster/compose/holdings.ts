/**
 * Ports and subnets that a cluster of this process has, and nobody else is to choose.
 *
 * @module
 */
import type { Stack, StackNode } from "../../stack/model.ts";
import { raced } from "../../time/sleep.ts";
import { NodeError } from "../model.ts";
import type { Engine } from "./engine.ts";
import type { Replacement } from "./hba.ts";
import { type GivenPort, givePorts } from "./port.ts";
import { freeSubnet, hostRoutes, parseSubnet, type Subnet } from "./subnet.ts";

/** What all clusters of a target share. */
export interface Workshop {
  engine: Engine;
  stack: Stack;
  /** Image for every node; absent: as each declares. */
  image: string | undefined;
  owner: string;
  /** As seen from this machine; undefined: its containers cannot reach a listener here. */
  engineIs?: "here" | "desktop" | undefined;
  /** server_version_num of the image. */
  version: number;
  /** Absolute path of the stack file when the cluster is to outlive this process. */
  keptFor?: string | undefined;
  /** Image of a pooler for the nodes; undefined: the engine runs none. */
  poolerImage?: string | undefined;
  /** Subnets and ports given to clusters of this process that may not be up yet. */
  given: { subnets: Set<Subnet>; ports: Set<number> };
}

/** What one attempt uses, to be given back when the cluster is gone. */
export class Holdings {
  readonly #workshop: Workshop;
  /** Of the stack's networks, by name. */
  readonly networks: { name: string; subnet: Subnet; from: Subnet[] }[] = [];
  /** By node. */
  readonly ports = new Map<string, GivenPort[]>();

  /** Holds nothing yet. */
  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  /**
   * Chooses a subnet for each network of the nodes, and ports for each node.
   * @throws {NodeError} when none is free.
   */
  async take(nodes: readonly StackNode[], signal: AbortSignal): Promise<void> {
    const { engine, stack, given } = this.#workshop;
    const existing = await raced(engine.client.listNetworks(), signal);
    const taken = existing.flatMap(({ IPAM }) => IPAM?.Config ?? [])
      .flatMap(({ Subnet }) => parseSubnet(Subnet ?? "") ?? []);
    if (engine.site.isHere) taken.push(...await hostRoutes());
    for (const name of new Set(nodes.flatMap((node) => networksOf(node, stack)))) {
      // No wait from here to the note: two clusters of one process cannot choose the same.
      const subnet = freeSubnet([...taken, ...given.subnets]);
      if (!subnet) throw new NodeError("Cannot find a free subnet for the cluster's network");
      given.subnets.add(subnet);
      const declared = stack.networks.find((network) => network.name === name);
      const from = (declared?.subnets ?? []).flatMap((text) => parseSubnet(text) ?? []);
      this.networks.push({ name, subnet, from });
    }
    for (const { name, ports } of nodes) this.ports.set(name, givePorts(ports, given.ports));
  }

  /** Others may have them now. */
  release(): void {
    const { subnets, ports } = this.#workshop.given;
    for (const { subnet } of this.networks) subnets.delete(subnet);
    for (const { port } of [...this.ports.values()].flat()) ports.delete(port);
  }

  /** What stands for the subnets that the stack declares. */
  get replacements(): Replacement[] {
    return this.networks.flatMap(({ from, subnet }) => from.map((from) => ({ from, to: subnet })));
  }
}

/** One with a network_mode has none; here it goes where the others are. */
export function networksOf(node: StackNode, stack: Stack): string[] {
  if (node.networks.length > 0) return node.networks;
  return [stack.nodes.flatMap(({ networks }) => networks)[0] ?? "default"];
}
