import { doesNotMatch, match } from "node:assert/strict";
import { node } from "../../tests/cluster/stack_fixture.ts";
import { poolerIni, served } from "./configuration.ts";

const replica1 = {
  name: "replica1",
  declared: node("replica1", { password: "it's = 7; #x" }),
  address: { host: "127.0.0.1", port: 5533 },
};
const place = { listen: "127.0.0.1", port: 6432, users: "/tmp/users.txt" };
const source = { file: "pgbouncer.ini", line: 1 };

Deno.test("each node is a database of the pooler, whatever its password holds", () => {
  const ini = poolerIni([served(replica1)], place);
  const line =
    "replica1 = host='127.0.0.1' port='5533' dbname='mydb' user='myuser' password='it''s = 7; #x'";
  match(ini, new RegExp(`^\\[databases\\]\n${line}\n\\[pgbouncer\\]\n`));
  match(ini, /^pool_mode = transaction$/m);
});

Deno.test("a stack's pooler behaves as its file says, at another place", () => {
  const declared = {
    name: "pooler",
    image: "pgbouncer",
    mounts: [],
    settings: [
      { name: "pool_mode", value: "session", source },
      { name: "listen_port", value: "7000", source },
      { name: "auth_type", value: "any", source },
      { name: "client_tls_sslmode", value: "require", source },
    ],
    databases: { replica1: { pool_size: "3" } },
  };
  const ini = poolerIni([served(replica1, { host: "replica1", port: 5432 })], place, declared);
  match(ini, /^replica1 = host='replica1' port='5432' .* pool_size='3'$/m);
  match(ini, /^pool_mode = session$/m);
  match(ini, /^listen_port = 6432$/m);
  doesNotMatch(ini, /transaction|7000|= any|client_tls|server_login_retry/);
});
