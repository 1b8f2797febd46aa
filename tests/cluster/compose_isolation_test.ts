/**
 * A run beside a user's own stack: the documented commands, on the documented ports, in a folder of
 * its own; whatever the harness does, that stack must not notice.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { ComposeNode } from "../../lib/cluster/compose/node.ts";
import { openComposeTarget } from "../../lib/cluster/compose/target.ts";
import { docker } from "../../lib/cluster/compose/command.ts";
import { labelsOf } from "../../lib/cluster/compose/owner.ts";
import { here } from "../../lib/cluster/compose/site.ts";
import type { Node } from "../../lib/cluster/model.ts";
import { readStack } from "../../lib/stack/read.ts";
import { ask, checkout, composeTest, engine, leftovers, until } from "./compose_fixture.ts";

const plain = { settings: {}, nodeSettings: {} };

/** What would change if someone stopped, restarted, rewired or replaced the user's containers. */
async function portrait(project: string, signal: AbortSignal) {
  const client = await engine(signal);
  const label = `com.docker.compose.project=${project}`;
  const containers = await client.listContainers({ all: true, filters: { label: [label] } });
  const found = await Promise.all(containers.map(async ({ Id }) => {
    const { Name, State, Mounts, NetworkSettings } = await client.getContainer(Id).inspect();
    const { StartedAt, Pid, Running, Paused } = State;
    const networks = Object.values(NetworkSettings.Networks).map((network) => network.IPAddress);
    const mounts = Mounts.map(({ Source, Destination }) => `${Source} ${Destination}`).toSorted();
    return { Name, StartedAt, Pid, Running, Paused, networks, mounts };
  }));
  const network = await client.getNetwork(`${project}_pg_network`).inspect();
  return {
    containers: found.toSorted((a, b) => a.Name < b.Name ? -1 : 1),
    attached: Object.keys(network.Containers ?? {}).toSorted(),
  };
}

composeTest("A user's stack does not notice a run beside it", async (_t, signal) => {
  const client = await engine(signal);
  const directory = await checkout();
  const stack = await readStack(join(directory, "compose.yaml"));
  const project = `user-${crypto.randomUUID().slice(0, 8)}`;
  const compose = (...args: string[]) =>
    docker(["compose", "-p", project, "--project-directory", directory, ...args], signal);
  const master = {
    name: "master",
    address: { host: "127.0.0.1", port: 5532 },
    declared: stack.nodes[0]!,
  } as Node;
  try {
    await compose("up", "-d");
    const senders = `select string_agg(format('%s %s', application_name, pid), ', ' order by pid)
      from pg_stat_replication where application_name like 'replica_'`;
    await until(
      master,
      "select count(*) from pg_stat_replication where application_name like 'replica_'",
      3,
      signal,
    );
    await ask(master, "create table mine as select 1 as n", signal);
    const before = {
      ...await portrait(project, signal),
      senders: await ask(master, senders, signal),
    };
    assert.equal(before.containers.length, 4);

    const target = await openComposeTarget(stack, { signal, ahead: 1, createMs: 300_000 });
    const [one, two] = await Promise.all(
      [1, 2].map(() => target.create({ change: plain, signal })),
    );
    const beside = {
      ...await portrait(project, signal),
      senders: await ask(master, senders, signal),
    };
    assert.deepEqual(beside, before, "while it runs");

    const identifiers = await Promise.all(
      [master, ...one!.nodes, ...two!.nodes].map((node) =>
        ask(node, "select system_identifier::text from pg_control_system()", signal)
      ),
    );
    assert.equal(new Set(identifiers).size, 3, "three clusters with a database of their own each");
    await one!.nodes[0]!.kill(signal);
    assert.equal(await two!.nodes[0]!.state(), "running");

    const [info] = await client.listContainers({
      filters: { label: [`com.docker.compose.project=${project}`] },
    });
    const foreign = new ComposeNode({
      client,
      container: client.getContainer(info!.Id),
      declared: stack.nodes[0]!,
      address: master.address,
      given: { ports: [], subnets: new Map() },
      image: info!.Image,
      network: `${project}_pg_network`,
      labels: labelsOf("pgproof-0", "nobody"),
      site: here,
      parcel: undefined,
    });
    for (const verb of ["kill", "pause", "emptyData"] as const) {
      await assert.rejects(foreign[verb](signal), /it was not made here/, verb);
    }

    await Promise.all([one!.remove(), two!.remove()]);
    await target.close();
    assert.deepEqual(await leftovers(client), []);
    const after = {
      ...await portrait(project, signal),
      senders: await ask(master, senders, signal),
    };
    assert.deepEqual(after, before, "afterwards");
    assert.equal(await ask(master, "select n from mine", signal), 1);
  } finally {
    await compose("down", "--volumes");
    await Deno.remove(directory, { recursive: true });
  }
});
