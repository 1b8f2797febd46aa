import assert from "node:assert/strict";
import { freePort, givePorts } from "./port.ts";

Deno.test("freePort() leaves out what somebody listens on, and what was given", () => {
  const first = freePort(new Set());
  using _listener = Deno.listen({ hostname: "127.0.0.1", port: first });
  const given = new Set<number>();
  const start = () => (first - 20_000) / 12_000;
  const second = freePort(given, start);
  assert.notEqual(second, first);
  assert.notEqual(freePort(given, start), second);
  assert.equal(given.size, 2);
});

Deno.test("givePorts() gives one for each mapping, and a way to the server in any case", () => {
  const web = { hostPort: 8080, containerPort: 8080 };
  const server = { hostPort: 5532, containerPort: 5432 };
  const stands = (ports: ReturnType<typeof givePorts>) =>
    ports.map(({ containerPort, declared }) => [containerPort, declared?.hostPort]);
  assert.deepEqual(stands(givePorts([server], new Set())), [[5432, 5532]]);
  assert.deepEqual(stands(givePorts([web], new Set())), [[8080, 8080], [5432, undefined]]);
  assert.deepEqual(stands(givePorts([], new Set())), [[5432, undefined]]);
});
