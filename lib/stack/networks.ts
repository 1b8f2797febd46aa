/**
 * Networks of the stack.
 * Source: https://docs.docker.com/reference/compose-file/networks/
 *
 * @module
 */
import type { StackNetwork } from "./model.ts";
import type { ComposeFile } from "./schema.ts";
import type { ComposeSource, ReadService } from "./services.ts";
import { placeAt } from "./tree.ts";

/**
 * The declared networks, and `default` where a service has no other.
 * @param nodes Names of the services that are nodes.
 */
export function readNetworks(
  { reading, tree, file }: ComposeSource,
  services: readonly ReadService[],
  nodes: ReadonlySet<string>,
): StackNetwork[] {
  const networks = Object.entries(file.networks ?? {}).map(([name, network]): StackNetwork => {
    if (network?.external) {
      reading.note(
        placeAt(tree, ["networks", name]),
        `the network ${name} is made elsewhere: its driver and addresses are not known`,
      );
    }
    const blocks = (network?.ipam?.config ?? []).flatMap(({ subnet }) => subnet ?? []);
    return { name, driver: network?.driver || "bridge", subnets: [...new Set(blocks)] };
  });
  const isDeclared = networks.some(({ name }) => name === "default");
  if (!isDeclared && services.some((service) => service.networks.includes("default"))) {
    networks.push({ name: "default", driver: "bridge", subnets: [] });
  }
  return networks.map((network) => {
    const guests = services.filter(({ name, networks }) =>
      !nodes.has(name) && !isOptional(file, name) && networks.includes(network.name)
    );
    return guests.length === 0 ? network : { ...network, guests: guests.map(({ name }) => name) };
  });
}

/** A service of a profile comes up only where somebody asks for that. */
function isOptional({ services }: ComposeFile, name: string): boolean {
  const { profiles } = services[name]!;
  return Array.isArray(profiles) && profiles.length > 0;
}
