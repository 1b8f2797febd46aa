/**
 * Not a test: makes a cluster, says what it consists of, and holds it until SIGTERM.
 *
 * @module
 */
import { lacksMount } from "../../lib/cluster/local/disk.ts";
import { openLocalTarget } from "../../lib/cluster/local/target.ts";
import { loginOf } from "../../lib/cluster/observer.ts";
import { Session } from "../../lib/sql/session.ts";
import { seedStack } from "./stack_fixture.ts";

const signal = AbortSignal.timeout(180_000);
const target = await openLocalTarget(seedStack(1), { postgres: "18", signal, ahead: 1 });
// What is mounted outlives the harness, too.
const disks = lacksMount() === undefined ? { master: ["wal"] } as const : {};
const { nodes } = await target.create({
  change: { settings: {}, nodeSettings: {}, disks },
  signal,
});
await using session = await Session.open(loginOf(nodes[0]!), signal);
const { rows } = await session.query("show data_directory", [], signal);
// RUN/1/master/data, or RUN/1/master/disk/data
const directory = String(rows[0]![0]).replace(/\/[^/]+\/master\/.*$/, "");

const { promise, resolve } = Promise.withResolvers<void>();
Deno.addSignalListener("SIGTERM", resolve);
await Deno.stdout.write(
  new TextEncoder().encode(JSON.stringify({ pids: nodes.map(({ pid }) => pid), directory }) + "\n"),
);
await promise;
await target.close();
Deno.exit(0);
