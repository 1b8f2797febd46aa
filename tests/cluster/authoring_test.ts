/**
 * Every example of the documentation, and every scenario that `new` writes, runs and passes as it is.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { newScenario } from "../../lib/cli/new.ts";
import { templates } from "../../lib/cli/templates.ts";
import type { Result } from "../../lib/result/model.ts";
import { command } from "../command.ts";
import { captured } from "../golden/captured.ts";

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs scenarios and returns how each ended, with the first problem of those that did not pass. */
async function verdicts(folder: string, ...args: string[]): Promise<Map<string, string>> {
  const out = join(folder, "out");
  await command("verify", "--target", "local", "--out", out, ...args);
  const result: Result = JSON.parse(await Deno.readTextFile(join(out, "result.json")));
  return new Map(result.cases.map(({ id, verdict, steps, reason }) => {
    const problem = steps.find((step) => step.problem)?.problem;
    if (reason) return [id, `${verdict}: ${reason}`];
    return [id, problem ? `${verdict}: ${problem.code}, ${problem.seen}` : verdict];
  }));
}

function notPassed(found: ReadonlyMap<string, string>): [string, string][] {
  return [...found].filter(([, verdict]) => verdict !== "passed");
}

Deno.test("every example of the tutorial and the reference passes", () =>
  inFolder(async (folder) => {
    // Commands in nodes are off unless they are allowed.
    const found = await verdicts(
      folder,
      "--tag",
      "not exec",
      "examples/tutorial",
      "examples/reference",
    );
    ok(found.size >= 12);
    // PostgreSQL from the npm registry comes without pg_rewind and pgbench, PgBouncer is to be
    // installed, no target can cut the power, only root can mount, nodes on one machine share its
    // processor, and one example says what is for the other target.
    const reasons = [
      ...["pg_rewind", "pgbench", "no pgbouncer", "last fsync", "run as root", "be throttled"],
      "for the compose target",
    ];
    const isUnable = ([, verdict]: [string, string]) =>
      verdict.startsWith("not-run: ") && reasons.some((reason) => verdict.includes(reason));
    deepEqual(notPassed(found).filter((each) => !isUnable(each)), []);
  }));

Deno.test("verify --dry-run says what would run, what would not, and why", async () => {
  const files = ["matrix", "commands"].map((name) => `examples/reference/${name}.yaml`);
  const { code, out } = await command("verify", "--dry-run", "--target", "local", ...files);
  equal(code, 0);
  match(out, /^target local: PostgreSQL \S+ from .* \(asked for\)$/m);
  match(
    out,
    /target=local\].*\n(?: {2}.*\n)* {2}setup +\d+ +sql create table orders/,
  );
  match(out, /target=compose\] .*\n {2}would not run: it is for the compose target\n/);
  match(out, /commands\.yaml .*\n {2}would not run: .*--allow exec/);
});

Deno.test("every scenario that newScenario() writes passes", () =>
  inFolder(async (folder) => {
    const written = join(folder, "scenarios");
    for (const what of templates.keys()) {
      const file = join(written, `${what}.yaml`);
      equal(await newScenario(file, { stack: "compose.yaml", what }, captured()), 0);
    }
    const found = await verdicts(folder, written);
    equal(found.size, templates.size);
    deepEqual(notPassed(found), []);
  }));

/** What makes each template fail: settings of its cluster, or steps before its own. */
const causes: Record<string, { settings?: Record<string, unknown>; first?: object; code: string }> =
  {
    "write-visible": {
      first: { sql: "select pg_wal_replay_pause()", node: "replica2" },
      code: "NotReplayed",
    },
    "kill-and-resync": {
      first: { sql: "select pg_wal_replay_pause()", node: "replica2" },
      code: "NotReplayed",
    },
    lag: { settings: { replica1: { recovery_min_apply_delay: "5s" } }, code: "Lag" },
    failover: {
      first: { sql: "select pg_wal_replay_pause()", node: "replica2" },
      code: "Behind",
    },
    settings: { settings: { wal_keep_size: "32MB" }, code: "Setting" },
  };

Deno.test("every scenario that newScenario() writes fails when its cause is there", () =>
  inFolder(async (folder) => {
    const written = join(folder, "scenarios");
    for (const what of templates.keys()) {
      const file = join(written, `${what}.yaml`);
      await newScenario(file, { stack: "compose.yaml", what }, captured());
      const document = parseDocument(await Deno.readTextFile(file));
      const { settings, first } = causes[what]!;
      if (settings) document.setIn(["cluster", "settings"], document.createNode(settings));
      const steps = document.get("steps") as { items: unknown[] };
      if (first) steps.items.unshift(document.createNode(first));
      await Deno.writeTextFile(file, document.toString());
    }
    for (const [id, verdict] of await verdicts(folder, written)) {
      const what = [...templates.keys()].find((name) => id.endsWith(`${name}.yaml`))!;
      ok(verdict.startsWith(`failed: ${causes[what]!.code},`), `${what} ${verdict}`);
    }
  }));
