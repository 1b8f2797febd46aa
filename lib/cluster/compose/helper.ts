/**
 * A container that lives for one command: the only way into the data of a stopped server.
 *
 * @module
 */
import { raced } from "../../time/sleep.ts";
import { NodeError } from "../model.ts";
import type Docker from "./docker.ts";
import { readLogs } from "./logs.ts";
import { deliver, type Parcel } from "./parcel.ts";

/** A named volume, made with the helper's labels when it is absent. */
export interface HelperVolume {
  name: string;
  target: string;
}

/** What to run, and as part of what. */
export interface Helper {
  image: string;
  /** For sh, as root. Values come in by `environment`, never pasted. */
  script: string;
  environment?: Record<string, string>;
  /** Container whose volumes it sees, at the same paths. */
  volumesOf?: string;
  /** What that one has that is in no volume. */
  parcel?: Parcel | undefined;
  /** More volumes. */
  volumes?: readonly HelperVolume[];
  /** Absent: no network. */
  network?: string;
  labels: Record<string, string>;
}

/**
 * Runs it and returns the lines it printed. Nothing of it is left, however it ends.
 * @throws {NodeError} with its output when it fails.
 */
export async function runHelper(
  client: Docker,
  helper: Helper,
  signal: AbortSignal,
): Promise<string[]> {
  signal.throwIfAborted();
  const container = await client.createContainer({
    Image: helper.image,
    User: "0",
    Entrypoint: ["sh", "-euc", helper.script],
    Cmd: [],
    Env: Object.entries(helper.environment ?? {}).map(([name, value]) => `${name}=${value}`),
    Labels: helper.labels,
    Healthcheck: { Test: ["NONE"] },
    HostConfig: {
      NetworkMode: helper.network ?? "none",
      ...(helper.volumesOf ? { VolumesFrom: [helper.volumesOf] } : {}),
      Mounts: (helper.volumes ?? []).map(({ name, target }) => ({
        Type: "volume" as const,
        Source: name,
        Target: target,
        // The image's own content would count as a backup.
        VolumeOptions: {
          NoCopy: true,
          Labels: helper.labels,
          DriverConfig: { Name: "local", Options: {} },
        },
      })),
    },
  });
  try {
    if (helper.parcel) await deliver(container, helper.parcel, signal);
    await raced(container.start(), signal);
    const { StatusCode } = await raced(container.wait(), signal) as { StatusCode: number };
    const lines = (await readLogs(container, {}, signal)).map(({ text }) => text);
    if (StatusCode === 0) return lines;
    throw new NodeError(lines.at(-1) ?? `exit code ${StatusCode}`, { log: lines });
  } finally {
    // Its anonymous volumes go with it, those of the node stay.
    await container.remove({ force: true, v: true });
  }
}
