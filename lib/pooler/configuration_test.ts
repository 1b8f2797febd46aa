import { match } from "node:assert/strict";
import { node } from "../../tests/cluster/stack_fixture.ts";
import { poolerIni } from "./configuration.ts";

Deno.test("each node is a database of the pooler, whatever its password holds", () => {
  const served = {
    name: "replica1",
    declared: node("replica1", { password: "it's = 7; #x" }),
    address: { host: "127.0.0.1", port: 5533 },
  };
  const ini = poolerIni([served], { port: 6432, users: "/tmp/users.txt" });
  const line =
    "replica1 = host='127.0.0.1' port='5533' dbname='mydb' user='myuser' password='it''s = 7; #x'";
  match(ini, new RegExp(`^\\[databases\\]\n${line}\n\\[pgbouncer\\]\n`));
  match(ini, /^pool_mode = transaction$/m);
});
