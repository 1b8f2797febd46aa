/**
 * `compare` on real clusters: what a change broke is named with its line, a comment breaks nothing.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import type { Comparison } from "../../lib/compare/model.ts";
import type { Result } from "../../lib/result/model.ts";
import { type Edits, writeStack } from "../../lib/compare/testdata/sides.ts";
import { command } from "../command.ts";

/** Compares the stack with itself, edited. */
async function compared(
  edits: Edits,
  ...options: string[]
): Promise<{ code: number; text: string; comparison: Comparison; turn: Result | undefined }> {
  const folder = await Deno.makeTempDir({ prefix: "pgp-" });
  // The servers' account must be able to reach what is below it.
  await Deno.chmod(folder, 0o755);
  try {
    const [base, head, out] = ["base", "head", "out"].map((name) => join(folder, name));
    await writeStack(base!);
    await writeStack(head!, edits);
    const ran = await command(
      ...["compare", base!, head!, "--target", "local", "--repeat", "1", "--out", out!],
      ...["--scenarios", "scenarios/configuration/settings.yaml", ...options],
    );
    equal(ran.err, "");
    const read = async (name: string) => {
      const text = await Deno.readTextFile(join(out!, name)).catch(() => undefined);
      return text && JSON.parse(text.replaceAll(`${folder}/`, ""));
    };
    return {
      code: ran.code,
      text: ran.out.replaceAll(`${folder}/`, ""),
      comparison: await read("compare.json"),
      turn: await read("head-1/result.json"),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const conf = "fixtures/postgres/postgresql.conf";

async function lineOf(file: string, text: string): Promise<number> {
  const lines = (await Deno.readTextFile(file)).split("\n");
  return lines.findIndex((line) => line.includes(text)) + 1;
}

Deno.test("compare names what a smaller wal_keep_size broke, with its line", async () => {
  const { code, text, comparison, turn } = await compared({
    [conf]: (old) => old.replace("wal_keep_size = 64MB", "wal_keep_size = 0 # shared_buffers"),
  });
  equal(code, 1, text);
  const line = await lineOf(conf, "wal_keep_size = 64MB");
  const [change] = comparison.changes;
  deepEqual(change?.place, { side: "head", file: `head/${conf}`, line });
  deepEqual(comparison.inEffect.map(({ name, before, after }) => [name, before, after]), [
    ["wal_keep_size", "64MB", "0"],
  ]);
  const [broken] = comparison.cases;
  equal(broken?.course, "broke");
  deepEqual(broken?.suspects, [0]);
  match(broken?.problem?.text ?? "", /expected wal_keep_size 64MB, saw master has wal_keep_size 0/);
  deepEqual(comparison.run?.turns, ["base", "head"]);
  // Of the turn itself, for whoever wants the evidence or to run it again.
  equal(turn?.run.stack.file, "head/compose.yaml");
  deepEqual(turn?.run.argv.slice(0, 3), ["verify", "--stack", "head/compose.yaml"]);
  ok(text.includes(`may come from head/${conf}:${line}  wal_keep_size 64MB -> 0`), text);
  match(text, /FAILED: 1 broke/);
});

Deno.test("compare finds no difference between servers that differ in a comment", async () => {
  const { code, text, comparison } = await compared({
    [conf]: (old) => `# a comment\n${old}`,
    "compose.yaml": (old) => `# another\n${old}`,
  }, "--always");
  equal(code, 0, text);
  const { changes, inEffect, cases, run } = comparison;
  deepEqual([changes, inEffect, cases.map(({ course }) => course)], [[], [], ["passes"]]);
  equal(run?.turns.length, 2);
});

Deno.test("compare says that a stack does not come up without its line in pg_hba.conf", async () => {
  const { code, text, comparison } = await compared({
    "fixtures/postgres/pg_hba.conf": (old) => old.replace(/(host +replication.*)trust/, "$1reject"),
  });
  equal(code, 1, text);
  const line = await lineOf("fixtures/postgres/pg_hba.conf", "host    replication");
  equal(comparison.base.down, undefined);
  match(comparison.head.down ?? "", /pg_hba.conf rejects replication connection/);
  equal(comparison.changes[0]?.place?.line, line);
  deepEqual(comparison.run?.turns, []);
  match(text, /FAILED: the head's stack does not come up, the base's does/);
});
