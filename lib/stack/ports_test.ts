import { deepEqual, throws } from "node:assert/strict";
import { parsePort, PortError } from "./ports.ts";

const cases: [Parameters<typeof parsePort>[0], ReturnType<typeof parsePort>][] = [
  ["5532:5432", [{ hostPort: 5532, containerPort: 5432 }]],
  [5432, [{ hostPort: 0, containerPort: 5432 }]],
  ["127.0.0.1::5432", [{ hostAddress: "127.0.0.1", hostPort: 0, containerPort: 5432 }]],
  ["127.0.0.1:1:2/tcp", [{ hostAddress: "127.0.0.1", hostPort: 1, containerPort: 2 }]],
  ["[::1]:1:2", [{ hostAddress: "::1", hostPort: 1, containerPort: 2 }]],
  ["53:53/udp", []],
  ["1-2:3-4", [{ hostPort: 1, containerPort: 3 }, { hostPort: 2, containerPort: 4 }]],
  [{ target: 5432 }, [{ hostPort: 0, containerPort: 5432 }]],
  [{ target: "5432", published: "1", host_ip: "::" }, [
    { hostAddress: "::", hostPort: 1, containerPort: 5432 },
  ]],
];

for (const [port, expected] of cases) {
  Deno.test(`parsePort() reads ${JSON.stringify(port)}`, () => {
    deepEqual(parsePort(port), expected);
  });
}

for (const port of ["", "x", "1:x", "1-3:4", "70000:1", "0", "1:2/ftp", "host:1:2"]) {
  Deno.test(`parsePort() refuses "${port}"`, () => {
    throws(() => parsePort(port), PortError);
  });
}
