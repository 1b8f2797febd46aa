/**
 * What a container engine says of a node, for facts that compare it with the stack's files and with
 * what the servers say of themselves. A run has ports, volumes and subnets of its own: each of them
 * says which part of the stack it stands for.
 *
 * @module
 */
import type { PortMapping } from "../stack/model.ts";
import type { Address } from "./model.ts";

/** A port that the engine opens to the outside and leads into the container. */
export interface PublishedPort {
  address: Address;
  containerPort: number;
  /** The mapping of the stack that it stands for; absent: none. */
  declared?: PortMapping;
  /** The harness's own way to a server that the stack does not publish. */
  isAccess?: boolean;
}

/** A folder or file that the engine mounts into the container. */
export interface Mounted {
  /** As the engine calls it; `copy`: an engine elsewhere cannot mount it, so it was copied there. */
  type: string;
  /** Path on the engine's machine, or the volume's name. */
  source: string;
  /** Path in the container. */
  target: string;
  readOnly: boolean;
}

/** A network that the engine attaches the container to. */
export interface Attachment {
  /** The engine's name of it. */
  engineName: string;
  /** The stack's network that it stands for; absent: none. */
  declared?: string;
  driver: string;
  subnets: string[];
  /** The subnet that stands for the declared one here. */
  due?: string;
  /** The container's own address in it; empty while it does not run. */
  address: string;
  /** Names of containers in it that are no part of the cluster. */
  strangers: string[];
}

/** From where a server is tried: a container in its network, or one in another. */
export type Vantage = "its network" | "another network";

/** One container, as the engine describes it. */
export interface Inspection {
  image: string;
  ports: PublishedPort[];
  mounts: Mounted[];
  networks: Attachment[];
  /** Where its output goes: `json-file`, and the driver's options as text. */
  logging: { driver: string; options: Record<string, string> };
}
