/**
 * Brings up a cluster in Docker, says so, and waits to be killed. Run by compose_target_test.ts.
 *
 * @module
 */
import { openComposeTarget } from "../../lib/cluster/compose/target.ts";
import { readStack } from "../../lib/stack/read.ts";

const signal = AbortSignal.timeout(300_000);
const target = await openComposeTarget(await readStack("compose.yaml"), { signal, ahead: 0 });
// What holds the disk of a node has to go as well.
const change = { settings: {}, nodeSettings: {}, replicas: 1, disks: { master: ["wal"] } } as const;
await target.create({ change, signal });
await Deno.stdout.write(new TextEncoder().encode("up\n"));
await new Promise((resolve) => setTimeout(resolve, 300_000));
