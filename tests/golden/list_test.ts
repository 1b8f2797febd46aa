import { deepEqual, equal } from "node:assert/strict";
import { join } from "node:path";
import { command } from "../command.ts";

const files = ["examples/reference/matrix.yaml", "examples/first.yaml"];
const cases = [
  { id: "examples/first.yaml", verdict: "failed" },
  { id: "examples/reference/matrix.yaml[how=kill,target=local]", verdict: "passed" },
];

/** Lists some examples after a run that left this result. */
async function listed(...options: string[]) {
  const out = await Deno.makeTempDir();
  try {
    const result = JSON.stringify({ schema: "pgproof/result/1", cases });
    await Deno.writeTextFile(join(out, "result.json"), result);
    return await command("list", "--out", out, ...options, ...files);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

Deno.test("list shows each case with its last verdict, tags and needs", async (t) => {
  const { code, out } = await listed();
  equal(code, 0);
  await t.assertSnapshot(out);
});

Deno.test("list --json says the same to programs", async () => {
  const { out } = await listed("--json", "--grep", "how=kill");
  const found = JSON.parse(out).map((
    { id, combination, requires, last }: Record<string, unknown>,
  ) => [
    id,
    combination,
    requires,
    last,
  ]);
  deepEqual(found, [[
    "examples/reference/matrix.yaml[how=kill,target=local]",
    { how: "kill", target: "local" },
    ["postgres>=14"],
    "passed",
  ], [
    "examples/reference/matrix.yaml[how=kill,target=compose]",
    { how: "kill", target: "compose" },
    ["postgres>=14"],
    null,
  ]]);
});
