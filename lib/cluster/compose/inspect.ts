/**
 * A container as the engine describes it, with what stands for what.
 *
 * @module
 */
import { raced } from "../../time/sleep.ts";
import type { Attachment, Inspection, PublishedPort } from "../inspection.ts";
import type Docker from "./docker.ts";
import { projectLabel } from "./owner.ts";
import type { GivenPort } from "./port.ts";

/** What a cluster uses in place of what the stack declares. */
export interface Given {
  ports: readonly GivenPort[];
  /** By the stack's name of the network. */
  subnets: ReadonlyMap<string, string>;
}

/** The container to inspect, and what it was made with. */
export interface Subject {
  container: Docker.Container;
  given: Given;
  labels: Record<string, string>;
  /** Paths of what was copied into it where the stack mounts it. */
  copied: readonly string[];
  /** Where the engine's ports are reached. */
  host: string;
}

/** Label by which Compose says which network of the file it made. */
const networkLabel = "com.docker.compose.network";

/** Asks the engine for a container, its networks, and who else is in them. */
export async function inspect(
  client: Docker,
  { container, given, labels, copied, host }: Subject,
  signal: AbortSignal,
): Promise<Inspection> {
  const filters = { label: [`${projectLabel}=${labels[projectLabel]}`] };
  const [{ Config, HostConfig, NetworkSettings, Mounts }, own] = await Promise.all([
    raced(container.inspect(), signal),
    raced(client.listContainers({ all: true, filters }), signal),
  ]);
  const members = new Set(own.map(({ Id }) => Id));
  const networks = await Promise.all(
    Object.entries(NetworkSettings.Networks).map(async ([engineName, { NetworkID, IPAddress }]) => {
      const network = await raced(client.getNetwork(NetworkID).inspect(), signal) as Network;
      return { ...attachmentOf(engineName, network, { given, members }), address: IPAddress };
    }),
  );
  return {
    image: Config.Image,
    ports: Object.entries(NetworkSettings.Ports ?? {})
      .flatMap(([port, bindings]) =>
        publishedOf(port, bindings ?? [], { given: given.ports, host })
      ),
    mounts: [
      ...Mounts.map(({ Type, Name, Source, Destination, RW }) => ({
        type: Type,
        source: Name ?? Source,
        target: Destination,
        readOnly: !RW,
      })),
      ...copied.map((target) => ({ type: "copy", source: "", target, readOnly: false })),
    ],
    networks,
    logging: {
      driver: HostConfig.LogConfig?.Type ?? "",
      options: HostConfig.LogConfig?.Config ?? {},
    },
  };
}

interface Network {
  Driver: string;
  IPAM?: { Config?: { Subnet?: string }[] | null };
  Labels?: Record<string, string> | null;
  Containers?: Record<string, { Name: string }> | null;
}

function attachmentOf(
  engineName: string,
  network: Network,
  { given, members }: { given: Given; members: ReadonlySet<string> },
): Omit<Attachment, "address"> {
  const declared = network.Labels?.[networkLabel];
  const due = declared === undefined ? undefined : given.subnets.get(declared);
  return {
    engineName,
    ...(declared === undefined ? {} : { declared }),
    driver: network.Driver,
    subnets: (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
    ...(due === undefined ? {} : { due }),
    strangers: Object.entries(network.Containers ?? {})
      .filter(([id]) => !members.has(id))
      .map(([, { Name }]) => Name),
  };
}

/** `5432/tcp`, and where the engine listens for it. */
function publishedOf(
  port: string,
  bindings: readonly { HostIp: string; HostPort: string }[],
  { given, host }: { given: readonly GivenPort[]; host: string },
): PublishedPort[] {
  const containerPort = Number.parseInt(port);
  return bindings.map(({ HostIp, HostPort }) => {
    const stands = given.find((one) =>
      one.port === Number(HostPort) && one.containerPort === containerPort
    );
    return {
      // What was given is published for the harness, and there it reaches it.
      address: { host: stands ? host : HostIp, port: Number(HostPort) },
      containerPort,
      ...(stands?.declared ? { declared: stands.declared } : {}),
      ...(stands && !stands.declared ? { isAccess: true } : {}),
    };
  });
}
