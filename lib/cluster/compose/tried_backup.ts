/**
 * A server beside those of a cluster, on a kept backup, to see whether it is one. Its container is made
 * like that of the node it replicates from, under a name and with data of its own.
 *
 * @module
 */
import { raced } from "../../time/sleep.ts";
import { formatConninfo, readdress } from "../conninfo.ts";
import { NodeError } from "../model.ts";
import { formatArguments } from "../setting_text.ts";
import type Docker from "./docker.ts";
import { engineGone, statusOf } from "./engine.ts";
import { ComposeNode, type NodeParts } from "./node.ts";
import { projectLabel } from "./owner.ts";
import { deliver } from "./parcel.ts";
import { serverPort } from "./port.ts";

/** A server that is removed when disposed. */
export class TriedBackup extends ComposeNode implements AsyncDisposable {
  readonly #container: Docker.Container;

  constructor(parts: NodeParts) {
    super(parts);
    this.#container = parts.container;
  }

  /** Removes its container with the data in it. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#container.remove({ force: true, v: true });
    } catch (error) {
      if (statusOf(error) !== 404) throw engineGone(error) ?? error;
    }
  }
}

/** What a server on a backup is to be. */
export interface Trying {
  /** Unique within the cluster. */
  name: string;
  /** Name of the backup. */
  backup: string;
  /** A free port of the engine's machine. */
  port: number;
  upstream: ComposeNode;
}

/** The upstream's mounts; where it has a volume for itself, a new one without a name. */
function mountsOf(
  { Mounts }: Docker.ContainerInspectInfo,
  own: string,
): Docker.MountConfig {
  return Mounts.map(({ Type, Name, Source, Destination, RW }) => ({
    Type: Type as Docker.MountType,
    Target: Destination,
    ReadOnly: !RW,
    ...(Type === "volume" && (!Name || Name.startsWith(own)) ? {} : { Source: Name ?? Source }),
  } as Docker.MountSettings));
}

async function createContainer(
  { name, port, upstream }: Trying,
  signal: AbortSignal,
): Promise<Docker.Container> {
  const { client, labels, network, image, site } = upstream.common;
  const project = labels[projectLabel];
  const like = await raced(client.getContainer(upstream.containerId).inspect(), signal);
  const { Config: { Entrypoint, Cmd, Env }, HostConfig } = like;
  signal.throwIfAborted();
  return await client.createContainer({
    name: `${project}-${name}`,
    Image: image,
    Entrypoint,
    // It must not pass for the node whose settings it has.
    Cmd: [
      ...(Cmd?.length ? Cmd : ["postgres"]),
      ...formatArguments([{ name: "cluster_name", value: name }]),
    ],
    Env,
    Labels: labels,
    Healthcheck: { Test: ["NONE"] },
    ExposedPorts: { [`${serverPort}/tcp`]: {} },
    HostConfig: {
      NetworkMode: network,
      PortBindings: { [`${serverPort}/tcp`]: [{ HostIp: site.publishAt, HostPort: String(port) }] },
      Mounts: mountsOf(like, `${project}_${upstream.name}-`),
      ...(HostConfig.ShmSize ? { ShmSize: HostConfig.ShmSize } : {}),
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [name] } } },
  });
}

/** As `Cluster.tryBackup`. */
export async function tryBackup(trying: Trying, signal: AbortSignal): Promise<TriedBackup> {
  const { name, backup, port, upstream } = trying;
  const { findings } = upstream;
  if (!findings) throw new NodeError(`Cannot try backup ${backup}: ${upstream.name} has not run`);
  const container = await createContainer(trying, signal);
  const node = new TriedBackup({
    ...upstream.common,
    container,
    declared: { ...upstream.declared, name, role: "replica", upstream: upstream.name },
    address: { host: upstream.common.site.host, port },
    given: { ports: [], subnets: new Map() },
  });
  node.findings = findings;
  try {
    const { parcel } = upstream.common;
    if (parcel) await deliver(container, parcel, signal);
    const conninfo = readdress(findings.conninfo, upstream.peerAddress);
    if (conninfo.has("application_name")) conninfo.set("application_name", name);
    const settings = { primary_conninfo: formatConninfo(conninfo) };
    await node.restoreBackup(backup, { signal: "standby", settings }, signal);
    await node.start(signal);
    return node;
  } catch (error) {
    await node[Symbol.asyncDispose]();
    throw error;
  }
}
