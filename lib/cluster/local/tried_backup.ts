/**
 * A server beside those of a cluster, on a kept backup, to see whether it is one. It replicates from
 * a node like the replicas do, under a name of its own.
 *
 * @module
 */
import { join } from "node:path";
import type { ClusterChange } from "../../scenario/model.ts";
import type { Stack, StackNode } from "../../stack/model.ts";
import { removeAll } from "./cache.ts";
import { configurationOf } from "./configuration.ts";
import { unpack } from "./kept_backup.ts";
import { LocalNode, type Surroundings } from "./node.ts";
import { freePorts } from "./ports.ts";
import type { DataRecipe } from "./template.ts";

/** How long its end may take, in milliseconds. */
const endMs = 5000;

/** What a cluster knows that makes one more server. */
export interface Trying {
  stack: Stack;
  change: ClusterChange;
  recipe: DataRecipe;
  /** Of the cluster. */
  directory: string;
  /** Where the cluster keeps its backups. */
  backups: string;
  surroundings: Surroundings;
  /** Unique within the cluster. */
  number: number;
}

/** A server that is removed when disposed. */
export class TriedBackup extends LocalNode implements AsyncDisposable {
  /** Its folders. */
  folders: string[] = [];

  /** Kills it and removes what it used. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill(AbortSignal.timeout(endMs));
    await Promise.all(this.folders.map(removeAll));
  }
}

/** As `Cluster.tryBackup`. */
export async function tryBackup(
  backup: string,
  trying: Trying & { upstream: LocalNode },
  signal: AbortSignal,
): Promise<TriedBackup> {
  const { stack, recipe, directory, backups, surroundings, number, upstream } = trying;
  const name = `backup${number}`;
  const declared: StackNode = {
    ...upstream.declared,
    name,
    role: "replica",
    upstream: upstream.name,
  };
  const change = {
    ...trying.change,
    // It must not pass for the node whose settings it has.
    nodeSettings: { ...trying.change.nodeSettings, [name]: { cluster_name: name } },
  };
  const [port] = freePorts(1);
  const own = join(directory, name);
  const sockets = join(directory, `b${number}`);
  const place = { port: port!, sockets, hbaFile: join(own, "pg_hba.conf"), directory: own };
  const node = new TriedBackup({
    declared,
    address: { host: "127.0.0.1", port: port! },
    directory: own,
    sockets,
    configuration: configurationOf(stack, declared, change, {
      place,
      configFile: join(own, "postgresql.conf"),
      addresses: new Map([[upstream.name, upstream.address]]),
    }),
    recipe,
    upstream,
    disks: [],
  }, surroundings);
  const data = join(directory, `${name}.data`);
  node.folders = [own, sockets, data];
  try {
    const how = { signal: "standby", settings: {} } as const;
    await unpack(data, { name: backup, how }, { folder: backups, ...surroundings, signal });
    await node.prepare(data, signal);
    await node.start(signal);
    return node;
  } catch (error) {
    await node[Symbol.asyncDispose]();
    throw error;
  }
}
