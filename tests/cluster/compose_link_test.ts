/**
 * Faults of links between containers: the relay is reached from them, and cuts as it does locally.
 *
 * @module
 */
import { equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import type { Result } from "../../lib/result/model.ts";
import { command } from "../command.ts";
import { composeTest } from "./compose_fixture.ts";

composeTest("links between containers are cut and flow again", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const out = join(folder, "out");
    const ran = await command("verify", "--target", "compose", "--out", out, "scenarios/partition");
    equal(ran.code, 0, ran.err + ran.out);
    const result: Result = JSON.parse(await Deno.readTextFile(join(out, "result.json")));
    for (const found of result.cases) {
      await t.step(found.file, () => {
        equal(found.verdict, "passed");
        const { translations = [] } = found.cluster ?? {};
        ok(translations.some((each) => each.includes("relay of the harness")), translations.join());
        const proofs = found.steps.flatMap(({ evidence }) => evidence).map(({ text }) =>
          text ?? ""
        );
        match(proofs.join("\n"), /stands still in the link/);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
