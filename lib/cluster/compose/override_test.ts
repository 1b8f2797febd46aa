import assert from "node:assert/strict";
import { parse } from "yaml";
import { formatOverride, type OverrideService } from "./override.ts";

const master: OverrideService = {
  name: "master",
  image: "postgres:18",
  ports: [{ port: 20_001, containerPort: 5432 }, { port: 20_002, containerPort: 9187 }],
  mounts: [{ type: "volume", source: "master-0", target: "/var/lib/postgresql" }],
  networks: ["pg_network"],
  environment: { POSTGRES_INITDB_ARGS: "--no-sync" },
  command: ["-c", "archive_command=cp %p $HOME/%f"],
};

const override = (service: Partial<OverrideService> = {}) =>
  formatOverride({
    services: [{ ...master, ...service }],
    networks: [{ name: "pg_network", subnet: "10.213.0.32/27" }],
    volumes: ["master-0"],
    labels: { "io.pgproof.project": "pgproof-1" },
    publishAt: "127.0.0.1",
  });

Deno.test("formatOverride() replaces lists instead of adding to them", () => {
  const text = override();
  for (const key of ["ports", "volumes", "networks", "command", "healthcheck"]) {
    assert.match(text, new RegExp(`^    ${key}: !override `, "m"), key);
  }
  assert.match(text, /container_name: !reset null/);
});

Deno.test("formatOverride() labels all it makes and publishes where it is told", () => {
  // The tags are Compose's own; the values are plain YAML.
  const { services, networks, volumes } = parse(override(), { logLevel: "silent" });
  const labels = { "io.pgproof.project": "pgproof-1" };
  assert.deepEqual(services.master.labels, labels);
  assert.deepEqual(networks.pg_network.labels, labels);
  assert.deepEqual(volumes["master-0"].labels, labels);
  assert.deepEqual(services.master.ports, ["127.0.0.1:20001:5432", "127.0.0.1:20002:9187"]);
});

Deno.test("formatOverride() gives a volume in memory its size, and no other one", () => {
  const text = formatOverride({
    services: [],
    networks: [],
    volumes: ["master-0", "master-wal"],
    bounded: new Map([["master-wal", 1024]]),
    labels: {},
    publishAt: "",
  });
  const { volumes } = parse(text, { logLevel: "silent" });
  assert.deepEqual(volumes["master-wal"].driver_opts, {
    type: "tmpfs",
    device: "tmpfs",
    o: "size=1024",
  });
  assert.equal(volumes["master-0"].driver_opts, undefined);
});

Deno.test("formatOverride() keeps a dollar from being a variable, and the declared command", () => {
  assert.match(override(), /cp %p \$\$HOME\/%f/);
  const { command: _, ...declared } = master;
  const text = formatOverride({
    services: [declared],
    networks: [],
    volumes: [],
    labels: {},
    publishAt: "",
  });
  assert.doesNotMatch(text, /command/);
});
