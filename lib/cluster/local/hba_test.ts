import assert from "node:assert/strict";
import type { HbaRule, Stack, StackNode } from "../../stack/model.ts";
import { localHba } from "./hba.ts";

const source = { file: "pg_hba.conf" };

function translated(address: string | undefined, subnets = ["172.18.0.0/16"]): string {
  const rule: HbaRule = {
    ...{ type: address ? "host" : "local", database: "all", user: "all", method: "trust" },
    ...(address ? { address } : {}),
    ...{ options: [], source },
  };
  const node = { name: "master", hba: [rule], environment: {} } as unknown as StackNode;
  const networks = [{ name: "n", driver: "bridge", subnets }];
  const { text } = localHba({ nodes: [node], networks } as unknown as Stack, node);
  return text.trim();
}

Deno.test("localHba() lets loopback stand for the stack's network, and for nothing else", () => {
  const here = "host  all  all  127.0.0.1/32  trust";
  for (
    const address of ["172.18.0.0/16", "172.16.0.0/12", "172.18.0.0 255.255.0.0", "172.18.0.7/32"]
      .concat("samenet", "master")
  ) {
    assert.equal(translated(address), here, address);
  }
  for (const address of ["10.0.0.0/8", "172.19.0.0/16", "backup.example.com", "all", "0.0.0.0/0"]) {
    assert.equal(translated(address), `host  all  all  ${address}  trust`);
  }
  for (const address of ["127.0.0.1/32", "::1/128", "localhost", "samehost"]) {
    assert.equal(translated(address), `# left out: host  all  all  ${address}  trust`);
  }
  assert.equal(translated(undefined), "local  all  all  trust");
  assert.equal(
    translated("192.168.0.0/20", []),
    here,
    "a network without a subnet may get this one",
  );
});
