/**
 * Tests against a Docker engine: where there is none they are ignored, and say why; where one is
 * required (`PGPROOF_REQUIRE=compose`) its absence fails them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { composeAvailable } from "../../lib/cluster/compose/available.ts";
import Docker from "../../lib/cluster/compose/docker.ts";
import { findEndpoint } from "../../lib/cluster/compose/endpoint.ts";
import { connectEngine } from "../../lib/cluster/compose/engine.ts";
import { ownerLabel } from "../../lib/cluster/compose/owner.ts";
import type { Node } from "../../lib/cluster/model.ts";
import { loginOf } from "../../lib/cluster/observer.ts";
import { Session } from "../../lib/sql/session.ts";

const reason = await composeAvailable();
const isRequired = /\bcompose\b/.test(Deno.env.get("PGPROOF_REQUIRE") ?? "");

/** How long one test may take, in milliseconds; a busy machine takes ten times an idle one. */
const testMs = 300_000;

/** Registers a test that needs an engine. */
export function composeTest(
  name: string,
  body: (t: Deno.TestContext, signal: AbortSignal) => Promise<void>,
): void {
  if (reason !== undefined && !isRequired) {
    Deno.test({ name: `${name} (ignored: ${reason})`, ignore: true, fn() {} });
    return;
  }
  Deno.test(name, async (t) => {
    assert.equal(reason, undefined, "Docker is required here");
    const timer = new AbortController();
    const handle = setTimeout(() => timer.abort(new Error(`${testMs} ms are over`)), testMs);
    try {
      await body(t, timer.signal);
    } finally {
      clearTimeout(handle);
    }
  });
}

/** The first value of a statement's last row. */
export async function ask(node: Node, sql: string, signal: AbortSignal): Promise<unknown> {
  await using session = await Session.open(loginOf(node), signal);
  return (await session.query(sql, [], signal)).rows.at(-1)?.[0];
}

/** Asks until the answer is this one. */
export async function until(
  node: Node,
  sql: string,
  expected: unknown,
  signal: AbortSignal,
): Promise<void> {
  let seen: unknown;
  while (!signal.aborted) {
    seen = await ask(node, sql, signal).catch((error) => error.message);
    if (seen === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.equal(seen, expected, sql);
}

/** The engine's client. */
export async function engine(signal: AbortSignal): Promise<Docker> {
  return (await connectEngine(signal)).client;
}

/** Where its Unix socket is. */
export async function engineSocket(signal: AbortSignal): Promise<string> {
  const { url } = await findEndpoint(signal);
  assert.match(url, /^unix:/);
  return url.slice("unix://".length);
}

/**
 * Everything in the engine that a given process made, by kind and name: by its labels, and by its
 * projects' names too, or what was made without a label would go unseen.
 */
export async function leftovers(client: Docker, pid = Deno.pid): Promise<string[]> {
  const [containers, networks, { Volumes }] = await Promise.all([
    client.listContainers({ all: true }),
    client.listNetworks(),
    client.listVolumes(),
  ]);
  const all = [
    ...containers.map(({ Names, Labels }) => ({ kind: "container", name: Names[0] ?? "", Labels })),
    ...networks.map(({ Name, Labels }) => ({ kind: "network", name: Name, Labels })),
    ...(Volumes ?? []).map(({ Name, Labels }) => ({ kind: "volume", name: Name, Labels })),
  ];
  return all.filter(({ name, Labels }) =>
    Labels?.[ownerLabel]?.split(" ")[1] === String(pid) ||
    name.replace(/^\//, "").startsWith(`pgproof-${pid}-`)
  ).map(({ kind, name }) => `${kind} ${name}`).toSorted();
}

/** A checkout of the stack, made ready as its first lines say, unless it is to stay fresh. */
export async function checkout({ isFresh = false } = {}): Promise<string> {
  const directory = await Deno.makeTempDir({ prefix: "pgproof-user-" });
  for (const name of ["compose.yaml", "compose.secure.yaml"]) {
    await cp(name, join(directory, name));
  }
  await cp("fixtures", join(directory, "fixtures"), { recursive: true });
  if (isFresh) return directory;
  for (const name of ["pg_master_data", "pg_slave_data1", "pg_slave_data2", "pg_slave_data3"]) {
    await Deno.mkdir(join(directory, name));
  }
  return directory;
}
