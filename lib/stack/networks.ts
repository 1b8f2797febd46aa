/**
 * Networks of the stack.
 * Source: https://docs.docker.com/reference/compose-file/networks/
 *
 * @module
 */
import type { StackNetwork } from "./model.ts";
import type { ComposeSource, ReadService } from "./services.ts";
import { placeAt } from "./tree.ts";

/** The declared networks, and `default` where a service has no other. */
export function readNetworks(
  { reading, tree, file }: ComposeSource,
  services: readonly ReadService[],
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
  return networks;
}
