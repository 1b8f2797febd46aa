/**
 * The override file that makes a stack's compose file a cluster of its own: own ports, volumes,
 * networks and labels, no name that could meet another's.
 * Tags: https://docs.docker.com/reference/compose-file/merge/
 *
 * @module
 */
import type { ComposeMount } from "./files.ts";

/** One service, as it is to be. */
export interface OverrideService {
  name: string;
  /** Absent: the one declared. */
  image?: string;
  ports: readonly { port: number; containerPort: number }[];
  mounts: ComposeMount[];
  networks: string[];
  /** Added to what is declared. */
  environment: Record<string, string>;
  /** Absent: as declared. */
  command?: string[];
}

/** What a cluster's override says. */
export interface Override {
  services: OverrideService[];
  networks: { name: string; subnet: string }[];
  volumes: string[];
  /** Those of them that are in memory and end at a size, in bytes. */
  bounded?: ReadonlyMap<string, number>;
  labels: Record<string, string>;
  /** Address of the engine's machine where the ports are. */
  publishAt: string;
}

/** JSON is YAML; a dollar would be read as a variable. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll("$", "$$$$");
}

function service(options: OverrideService, { labels, publishAt }: Override): string[] {
  const published = ({ port, containerPort }: OverrideService["ports"][number]) =>
    `${publishAt}:${port}:${containerPort}`;
  const { name, image, ports, mounts, networks, environment, command } = options;
  return [
    `  ${json(name)}:`,
    ...image ? [`    image: ${json(image)}`] : [],
    // The image is there by now; a pull here would hide behind the cluster's deadline.
    `    pull_policy: never`,
    `    container_name: !reset null`,
    `    hostname: !reset null`,
    // The harness alone starts and stops nodes.
    `    restart: "no"`,
    // The harness looks for itself; a process started in each node every few seconds costs it time.
    `    healthcheck: !override {disable: true}`,
    `    labels: ${json(labels)}`,
    `    environment: ${json(environment)}`,
    `    ports: !override ${json(ports.map(published))}`,
    `    volumes: !override ${json(mounts)}`,
    `    tmpfs: !reset null`,
    // It cannot stand beside networks.
    `    network_mode: !reset null`,
    `    networks: !override ${json(Object.fromEntries(networks.map((name) => [name, {}])))}`,
    ...command ? [`    command: !override ${json(command)}`] : [],
  ];
}

/** Options of the engine's own volume driver, as of mount(8). */
function inMemory(bytes: number | undefined) {
  if (bytes === undefined) return {};
  return { driver: "local", driver_opts: { type: "tmpfs", device: "tmpfs", o: `size=${bytes}` } };
}

/** Writes the file. */
export function formatOverride(override: Override): string {
  const { services, networks, volumes, labels, bounded } = override;
  return [
    "services:",
    ...services.flatMap((options) => service(options, override)),
    "networks:",
    ...networks.map(({ name, subnet }) =>
      `  ${json(name)}: !override ${
        json({ driver: "bridge", labels, ipam: { config: [{ subnet }] } })
      }`
    ),
    "volumes:",
    ...volumes.map((name) =>
      `  ${json(name)}: !override ${json({ labels, ...inMemory(bounded?.get(name)) })}`
    ),
    "",
  ].join("\n");
}
