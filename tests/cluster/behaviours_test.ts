/**
 * What PostgreSQL's own recovery tests assert holds as scenarios say it, on an old, a settled and
 * the newest version, and the table in the docs names each of these scenarios.
 *
 * @module
 */
import { deepEqual, ok } from "node:assert/strict";
import { basename, join } from "node:path";
import type { Result } from "../../lib/result/model.ts";
import { command } from "../command.ts";

const folder = "examples/behaviours";

/** Slots that a failover keeps exist since PostgreSQL 17. */
const missing: Record<string, string[]> = { "15": ["040-failover-slots"], "17": [], "18": [] };

for (const [postgres, absent] of Object.entries(missing)) {
  Deno.test(`PostgreSQL ${postgres} behaves as its recovery tests say`, async () => {
    const names = await scenarioNames();
    const expected = names.map((name) => [name, absent.includes(name) ? "not-run" : "passed"]);
    const out = await Deno.makeTempDir({ prefix: "pgp-" });
    await Deno.chmod(out, 0o755);
    try {
      const to = ["--target", "local", "--postgres", postgres, "--out", out];
      const { out: text } = await command("verify", ...to, folder);
      const result: Result = JSON.parse(await Deno.readTextFile(join(out, "result.json")));
      ok(result.run.postgres.startsWith(`${postgres}.`), result.run.postgres);
      const seen = result.cases.map(({ id, verdict }) => [basename(id, ".yaml"), verdict]);
      deepEqual(seen.sort(), expected.sort(), text);
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  });
}

Deno.test("the table of recovery tests names every scenario that says one", async () => {
  const page = await Deno.readTextFile("docs/behaviours.md");
  for (const name of await scenarioNames()) ok(page.includes(`${folder}/${name}.yaml`), name);
});

async function scenarioNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".yaml")) names.push(basename(name, ".yaml"));
  }
  return names.sort();
}
