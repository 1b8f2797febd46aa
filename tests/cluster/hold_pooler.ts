/**
 * Not a test: starts a pooler in front of a server that is not there, says where it is, and holds it.
 *
 * @module
 */
import { PoolerProcess } from "../../lib/pooler/process.ts";
import { node } from "./stack_fixture.ts";

const master = {
  name: "master",
  declared: node("master"),
  address: { host: "127.0.0.1", port: 1 },
};
const { pid, directory } = await PoolerProcess.start(
  [master],
  undefined,
  AbortSignal.timeout(60_000),
);
await Deno.stdout.write(
  new TextEncoder().encode(JSON.stringify({ pid, directory }) + "\n"),
);
await new Promise((resolve) => setTimeout(resolve, 300_000));
