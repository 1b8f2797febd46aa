import { equal } from "node:assert/strict";
import { command } from "../command.ts";

/** What a user can get wrong before anything runs; each has its exit code and its exact words. */
const mistakes: Record<string, { args: string[]; code: number }> = {
  "an unknown option": { args: ["verify", "--sed", "3"], code: 2 },
  "an unknown command": { args: ["verfy"], code: 2 },
  "a shard that is none": { args: ["verify", "--shard", "5/4"], code: 2 },
  "a report format that does not exist": { args: ["verify", "--report", "junt"], code: 2 },
  "a path that does not exist": { args: ["verify", "scenarios/nothing.yaml"], code: 2 },
  "a stack file that does not exist": { args: ["verify", "--stack", "nothing.yaml"], code: 2 },
  "a tag expression that does not parse": { args: ["verify", "--tag", "smoke and"], code: 2 },
  "a pattern that does not compile": { args: ["verify", "--grep", "("], code: 2 },
  "a filter that selects nothing": { args: ["verify", "--grep", "no such scenario"], code: 4 },
  "a result that is none": { args: ["report", "deno.json"], code: 2 },
};
for (const [what, { args, code }] of Object.entries(mistakes)) {
  Deno.test(`run() explains ${what}`, async (t) => {
    const ran = await command(...args);
    equal(ran.code, code, ran.err);
    equal(ran.out, "");
    await t.assertSnapshot(ran.err);
  });
}

/** Each is a file, or a folder of files that belong together. */
for (const { name } of [...Deno.readDirSync("tests/golden/bad")].toSorted(byName)) {
  Deno.test(`run() shows the place of the mistake in ${name}`, async (t) => {
    const ran = await command("verify", `tests/golden/bad/${name}`);
    equal(ran.code, 2, ran.err);
    await t.assertSnapshot(ran.err);
  });
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
