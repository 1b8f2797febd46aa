import { deepEqual, equal, notEqual, ok, rejects } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readStack, StackError } from "./read.ts";
import { effectiveSetting } from "./settings.ts";
import { withFolder } from "./testdata/folder.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const plain = here("testdata/plain/compose.yaml");
const rich = here("testdata/rich/compose.yaml");
const none = { environment: {} };

Deno.test("readStack() finds primary and replica by REPLICATE_FROM", async () => {
  const stack = await readStack(plain, none);
  deepEqual(stack.nodes.map(({ name, role, upstream }) => ({ name, role, upstream })), [
    { name: "master", role: "primary", upstream: undefined },
    { name: "replica1", role: "replica", upstream: "master" },
  ]);
  deepEqual(stack.nodes.map(({ ports }) => ports), [
    [{ hostPort: 5532, containerPort: 5432 }],
    [{ hostPort: 5533, containerPort: 5432 }],
  ]);
  deepEqual(stack.networks, [
    { name: "pg_network", driver: "bridge", subnets: ["172.18.0.0/16"] },
  ]);
  deepEqual([stack.unread, stack.otherServices, stack.objectives], [[], [], {}]);
});

Deno.test("readStack() takes configuration files from bind mounts", async () => {
  const [master, replica] = (await readStack(plain, none)).nodes;
  deepEqual(master!.settings[1], {
    name: "max_wal_senders",
    value: "10",
    source: { file: "postgres/postgresql.conf", line: 2 },
  });
  equal(master!.hba.length, 2);
  deepEqual([replica!.settings, replica!.hba], [[], []]);
});

Deno.test("readStack() gives a replica that says nothing the credentials of its primary", async () => {
  const [, replica] = (await readStack(plain, none)).nodes;
  const { user, password, database } = replica!;
  deepEqual({ user, password, database }, {
    user: "myuser",
    password: "mypassword",
    database: "mydb",
  });
});

Deno.test("readStack() replaces variables, and knows the result as a secret", async () => {
  const stack = await readStack(plain, { environment: { PASSWORD: "other" } });
  equal(stack.nodes[0]!.password, "other");
  deepEqual(stack.secrets, ["other"]);
});

Deno.test("readStack() follows extends, env_file, secrets and includes", async () => {
  const stack = await readStack(rich, none);
  const [alpha, gamma, beta] = stack.nodes;
  deepEqual(stack.nodes.map(({ name, upstream }) => [name, upstream]), [
    ["alpha", undefined],
    ["gamma", "alpha"],
    ["beta", "gamma"],
  ]);
  deepEqual([alpha!.user, alpha!.password, alpha!.database], ["owner", "open#sesame", "my db"]);
  equal(alpha!.mounts[0]!.source, here("testdata/rich/postgres"));
  deepEqual(
    alpha!.settings.filter(({ name }) => /^wal_keep_size$/i.test(name)).map(({ source }) => source),
    [{ file: "postgres/postgresql.conf", line: 2 }, {
      file: "postgres/conf.d/10-wal.conf",
      line: 1,
    }],
  );
  equal(effectiveSetting(gamma!.settings, "wal_keep_size")?.value, "64MB");
  deepEqual(effectiveSetting(beta!.settings, "wal_keep_size"), {
    name: "wal_keep_size",
    value: "32MB",
    source: { file: "command line" },
  });
  equal(effectiveSetting(beta!.settings, "port")?.value, "5433");
  deepEqual(stack.otherServices, ["pooler"]);
  const source = (line: number) => ({ file: "pooler.ini", line });
  deepEqual(stack.pooler, {
    name: "pooler",
    image: "pgbouncer",
    mounts: [{
      type: "bind",
      source: here("testdata/rich/pooler.ini"),
      target: "/conf/pooler.ini",
      readOnly: true,
    }],
    settings: [
      { name: "listen_addr", value: "*", source: source(9) },
      { name: "pool_mode", value: "transaction", source: source(10) },
      { name: "server_check_query", value: "select ';'", source: source(12) },
    ],
    databases: {
      alpha: { pool_mode: "session" },
      beta: { pool_size: "7" },
      gamma: { pool_size: "7" },
    },
  });
});

Deno.test("readStack() notes a rule it cannot parse, and reads the others", async () => {
  const stack = await readStack(rich, none);
  deepEqual(stack.unread, [
    `postgres/pg_hba.conf:3: not a rule of pg_hba.conf: "10.0.0.0/40" is no address`,
    "pooler.ini:13: what the pooler's file includes is not read",
    "pooler.ini:16: what the pooler does for single users is not judged: its clients are others here",
  ]);
  deepEqual(stack.nodes[0]!.hba.map(({ type, address, method }) => [type, address, method]), [
    ["local", undefined, "peer"],
    ["host", "10.0.0.0/8", "scram-sha-256"],
    ["hostssl", "samenet", "cert"],
  ]);
});

Deno.test("readStack() finds passwords in connection strings and addresses", async () => {
  const { secrets } = await readStack(rich, none);
  deepEqual(
    secrets,
    ["open#sesame", "p%40ss", "p@ss", "re pl", "it's #1; x", "far"].toSorted((a, b) =>
      b.length - a.length
    ),
  );
});

Deno.test("readStack() reads objectives with their units", async () => {
  deepEqual((await readStack(rich, none)).objectives, {
    mode: "sync",
    stalenessMs: 1500,
    outageBytes: 1024 ** 3,
    rpoMs: 0,
    rtoMs: 120_000,
    walRetainedBytes: 500 * 1024 ** 2,
  });
});

Deno.test("readStack() reads what a stack accepts, and an overlay takes it back", async () => {
  const file = here("../../compose.yaml");
  const { accepted } = await readStack(file, none);
  deepEqual(Object.keys(accepted ?? {}), ["claim:G1", "claim:G2", "claim:G3"]);
  const overlays = [here("testdata/accepts_nothing.yaml")];
  equal((await readStack(file, { ...none, overlays })).accepted, undefined);
});

Deno.test("readStack() lays overlays over the file", async () => {
  const overlays = [here("testdata/rich/overlay.yaml")];
  const stack = await readStack(rich, { ...none, overlays });
  deepEqual(stack.nodes[0]!.ports, [
    { hostAddress: "127.0.0.1", hostPort: 7432, containerPort: 5432 },
  ]);
  equal(stack.nodes[0]!.environment.EXTRA, "1");
  deepEqual(stack.overlays, overlays);
  deepEqual(stack.otherServices, []);
  notEqual(stack.hash, (await readStack(rich, none)).hash);
});

Deno.test("readStack() knows as whom each node replicates, and its password as a secret", async () => {
  const replicating = (master: string, replica = "") =>
    `services:
  master: { image: postgres, environment: { POSTGRES_PASSWORD: main${master} } }
  replica: { image: postgres, environment: { REPLICATE_FROM: master${replica} } }
`;
  const role = { user: "r", password: "apart" };
  const wanted: [string, unknown][] = [
    [replicating(""), [undefined, undefined]],
    [replicating(", REPLICATION_USER: r, REPLICATION_PASSWORD: apart"), [role, role]],
    [
      replicating(", REPLICATION_USER: r"),
      [{ ...role, password: "main" }, { ...role, password: "main" }],
    ],
    // The entrypoint takes it whoever the role is.
    [
      replicating("", ", REPLICATION_PASSWORD: wrong"),
      [undefined, { user: "postgres", password: "wrong" }],
    ],
  ];
  for (const [text, roles] of wanted) {
    await withFolder({ "compose.yaml": text }, async (folder) => {
      const { nodes, secrets } = await readStack(`${folder}/compose.yaml`, none);
      deepEqual(nodes.map(({ replication }) => replication), roles);
      for (const { replication } of nodes) {
        if (replication) ok(secrets.includes(replication.password));
      }
    });
  }
});

const two = `services:
  a: { image: postgres, volumes: ["./pg:/etc/postgresql:ro", "./data:/var/lib/postgresql/data"] }
  b: { image: postgres, environment: { REPLICATE_FROM: a } }
`;

Deno.test("hash changes with a mounted file, not with the data or the place", async () => {
  const files = { "compose.yaml": two, "pg/extra.conf": "a = 1\n", "data/PG_VERSION": "18\n" };
  const hash = (changed: Record<string, string>) =>
    withFolder({ ...files, ...changed }, async (folder) => {
      return (await readStack(`${folder}/compose.yaml`, none)).hash;
    });
  const before = await hash({});
  equal(await hash({}), before);
  equal(await hash({ "data/PG_VERSION": "17\n" }), before);
  notEqual(await hash({ "pg/extra.conf": "a = 2\n" }), before);
  notEqual(await hash({ "pg/other.conf": "" }), before);
});

Deno.test("readStack() reads .env beside the file, unless told the environment", async () => {
  const files = {
    "compose.yaml": `services:
  a: { image: "postgres:\${STACK_TEST_TAG}" }
  b: { image: postgres, environment: { REPLICATE_FROM: a } }
`,
    ".env": "STACK_TEST_TAG=16\n",
  };
  await withFolder(files, async (folder) => {
    const file = `${folder}/compose.yaml`;
    equal((await readStack(file)).nodes[0]!.image, "postgres:16");
    const bare = await readStack(file, none);
    equal(bare.nodes[0]!.image, "postgres:");
    deepEqual(bare.unread, [
      "compose.yaml:2: ${STACK_TEST_TAG} is not set and has no default: read as empty",
    ]);
  });
});

Deno.test("readStack() lists what it does not read", async () => {
  const text = `include: [other.yaml]
services:
  a:
    image: postgres
    build: .
    profiles: [x]
    deploy: { replicas: 2, resources: {} }
    command: bash -c "postgres -c wal_level=minimal"
    environment: { POSTGRES_HOST_AUTH_METHOD: trust }
  b: { image: postgres, environment: { REPLICATE_FROM: a } }
  c: { build: . }
`;
  await withFolder({ "compose.yaml": text }, async (folder) => {
    const { unread } = await readStack(`${folder}/compose.yaml`, none);
    deepEqual(unread.map((note) => note.split(/: |:(?=\D)/, 2).join(" ")), [
      "compose.yaml:1 include",
      "compose.yaml:5 build",
      "compose.yaml:6 profiles",
      "compose.yaml:7 deploy.replicas",
      "compose.yaml:8 settings that a script gives to the server are not read",
      "compose.yaml:9 the rule this adds to pg_hba.conf in the data directory is not read",
    ]);
  });
});

Deno.test("readStack() tells who else is in a network, unless a profile must ask for it", async () => {
  const text = `services:
  a: { image: postgres, networks: [one, two] }
  b: { image: postgres, networks: [one], environment: { REPLICATE_FROM: a } }
  web: { image: nginx, networks: [one] }
  pooler: { image: pgbouncer, networks: [two], profiles: [pooler] }
networks: { one: , two: }
`;
  await withFolder({ "compose.yaml": text }, async (folder) => {
    const { networks } = await readStack(`${folder}/compose.yaml`, none);
    deepEqual(networks.map(({ name, guests }) => [name, guests]), [["one", ["web"]], [
      "two",
      undefined,
    ]]);
  });
});

Deno.test("the shipped stack is read whole", async () => {
  const stack = await readStack(here("../../compose.yaml"), none);
  deepEqual(stack.unread, []);
  deepEqual(stack.nodes.map(({ name, ports }) => [name, ports.map((port) => port.hostPort)]), [
    ["master", [5532]],
    ["replica1", [5533]],
    ["replica2", [5534]],
    ["replica3", [5535]],
  ]);
  deepEqual(stack.networks.map(({ subnets }) => subnets), [["172.18.0.0/16"]]);
  const mode = stack.pooler!.settings.find(({ name }) => name === "pool_mode");
  deepEqual(mode, {
    name: "pool_mode",
    value: "transaction",
    source: { file: "fixtures/pgbouncer/pgbouncer.ini", line: 20 },
  });
  for (const { settings, hba } of stack.nodes) {
    const value = (name: string) => effectiveSetting(settings, name)?.value;
    deepEqual(["wal_level", "max_wal_senders", "wal_keep_size", "hot_standby"].map(value), [
      "replica",
      "10",
      "64MB",
      "on",
    ]);
    const rules = hba.filter(({ address }) => address === "172.18.0.0/16");
    deepEqual(rules.map(({ type, database, user, method }) => [type, database, user, method]), [
      ["host", "replication", "myuser", "trust"],
      ["host", "all", "all", "trust"],
    ]);
  }
});

Deno.test("readStack() refuses a file that does not exist", async () => {
  await rejects(readStack("nowhere/compose.yaml", none), (error) => {
    return error instanceof StackError && error.file === "nowhere/compose.yaml" &&
      error.code === "unreadable";
  });
});
