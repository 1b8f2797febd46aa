/**
 * Mistakes in the stack's file, each seen by the scenario that is meant to see it, with what is where.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { findScenarios } from "../../lib/scenario/files.ts";
import type { Result } from "../../lib/result/model.ts";
import { command } from "../command.ts";
import { checkout, composeTest } from "./compose_fixture.ts";

/** A mistake, and what must see it. */
interface Seed {
  mistake: string;
  /** In the text of compose.yaml: what stands there, and what to write in its place. */
  edit: [from: string, to: string][];
  /** Below `scenarios/`. */
  scenario: string;
  step: string;
  seen: RegExp;
}

const swapped: Seed = {
  mistake: "the ports of two replicas are swapped",
  edit: [
    [`["5533:5432"]`, `["0:5432"]`],
    [`["5534:5432"]`, `["5533:5432"]`],
    [`["0:5432"]`, `["5534:5432"]`],
  ],
  scenario: "docker/ports.yaml",
  step: "port 5533 leads to replica1",
  seen: /replica1 is published on 5534; 5533 leads to replica2/,
};

const dropped: Seed = {
  mistake: "a replica has no volume for its data",
  edit: [["      - ./pg_slave_data2:/var/lib/postgresql\n", ""]],
  scenario: "docker/volumes.yaml",
  step: "replica2's data are in pg_slave_data2",
  seen: /replica2 has its data \/var\/lib\/postgresql\/pgdata on no declared mount/,
};

const second: Seed = {
  mistake: "a replica is in a second network",
  edit: [
    [
      "  replica3:\n    <<: *node\n",
      "  replica3:\n    <<: *node\n    networks: [pg_network, second]\n",
    ],
    ["\nnetworks:\n", "\nnetworks:\n  second:\n"],
  ],
  scenario: "docker/network.yaml",
  step: "every node is in pg_network alone",
  seen: /^replica3 is in pg_network and second in the stack's file$/,
};

const atMaster: Seed = {
  mistake: "a replica's port leads to the master",
  edit: [
    [`["5532:5432"]`, `["5532:5432", "5533:5432"]`],
    [`    ports: ["5533:5432"]\n`, ""],
  ],
  scenario: "docker/ports.yaml",
  step: "port 5532 leads to the master",
  seen: /^master is published on 5532 and 5533$/,
};

const shared: Seed = {
  mistake: "two replicas keep their data in one folder",
  edit: [["./pg_slave_data2:", "./pg_slave_data1:"]],
  scenario: "docker/volumes.yaml",
  step: "replica1's data are in pg_slave_data1",
  seen: /^replica1 shares \.\/pg_slave_data1 with replica2$/,
};

const sharedToo: Seed = {
  ...shared,
  // The one above makes it.
  edit: [],
  scenario: "docker/comes-up.yaml",
  step: "each has a folder of its own for its data",
  seen: /replica1 shares .*; replica2 shares/,
};

const cascade: Seed = {
  mistake: "a replica follows another replica",
  edit: [[
    '      REPLICATE_FROM: master\n    ports: ["5534:5432"]',
    '      REPLICATE_FROM: replica1\n    ports: ["5534:5432"]',
  ]],
  scenario: "replication/topology.yaml",
  step: "the primary sends to three replicas, asynchronously",
  seen: /^master: \[2,/,
};

const nowhere: Seed = {
  mistake: "a port leads to none in the container",
  edit: [[`["5535:5432"]`, `["5535:5433"]`]],
  scenario: "docker/ports.yaml",
  step: "port 5535 leads to replica3",
  seen: /^replica3 5535:5433 \(here 127\.0\.0\.1:\d+\) leads to no server that answers/,
};

const unbounded: Seed = {
  mistake: "nothing bounds the logs",
  edit: [[
    `  logging: { driver: json-file, options: { max-size: 10m, max-file: "3" } }\n`,
    "",
  ]],
  scenario: "docker/logs-rotate.yaml",
  step: "no node's log can grow beyond 64MB",
  seen: /master keeps all of its log in one file \(json-file\)/,
};

/** Runs the scenarios of some mistakes against a copy of the stack that has them all. */
async function verifyWith(
  t: Deno.TestContext,
  target: "local" | "compose",
  seeds: readonly Seed[],
): Promise<Result> {
  const directory = await checkout();
  try {
    const file = join(directory, "compose.yaml");
    let text = await Deno.readTextFile(file);
    for (const [from, to] of seeds.flatMap(({ edit }) => edit)) {
      assert.equal(text.split(from).length, 2, `${from} stands there once`);
      text = text.replace(from, to);
    }
    await Deno.writeTextFile(file, text);
    const out = join(directory, "reports");
    const paths = seeds.map(({ scenario }) => join("scenarios", scenario));
    const options = ["--target", target, "--stack", file, "--out", out, "--workers", "2"];
    const ran = await command("verify", ...options, ...paths);
    const result: Result = JSON.parse(await Deno.readTextFile(join(out, "result.json")));
    for (const { mistake, scenario, step, seen } of seeds) {
      await t.step(`${mistake} (${target})`, () => {
        const found = result.cases.find((one) => one.file === join("scenarios", scenario));
        assert.equal(found?.verdict, "failed", ran.out + ran.err);
        const first = found.steps.find(({ problem }) => problem);
        assert.equal(first?.title, step, JSON.stringify(first?.problem));
        assert.match(first.problem?.seen ?? "", seen);
      });
    }
    assert.equal(ran.code, 1, ran.out + ran.err);
    return result;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** What the result says at the end of a failed case. */
function evidenceOf(result: Result, scenario: string): string {
  const found = result.cases.find(({ file }) => file === join("scenarios", scenario));
  return JSON.stringify(found);
}

composeTest("Swapped ports, a lost volume and a second network are seen", async (t) => {
  await verifyWith(t, "compose", [swapped, dropped, second, unbounded]);
});

composeTest("A port at the master, a shared folder and a cascade are seen", async (t) => {
  const result = await verifyWith(t, "compose", [atMaster, shared, sharedToo, cascade]);
  assert.match(evidenceOf(result, cascade.scenario), /sends to replica2/);
});

composeTest("A port that leads to no server is seen", async (t) => {
  await verifyWith(t, "compose", [nowhere]);
});

Deno.test("A replica that follows another one is seen on this machine, too", async (t) => {
  const result = await verifyWith(t, "local", [cascade]);
  assert.match(evidenceOf(result, cascade.scenario), /sends to replica2/);
});

Deno.test("Every scenario about containers has a mistake that makes it fail", async () => {
  const seeds = [swapped, dropped, second, atMaster, shared, sharedToo, nowhere, unbounded];
  const seeded = new Set(seeds.map(({ scenario }) => join("scenarios", scenario)));
  const shipped = (await findScenarios(["scenarios/docker"])).map(({ path }) => path);
  assert.deepEqual(shipped.filter((path) => !seeded.has(path)), []);
});
