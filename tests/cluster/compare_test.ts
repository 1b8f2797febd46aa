/**
 * `compare` on real clusters: what a change broke is named with its line, a comment breaks nothing.
 *
 * @module
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import type { Comparison } from "../../lib/compare/model.ts";
import type { Result } from "../../lib/result/model.ts";
import { readEvents } from "../../lib/result/fold.ts";
import { type Edits, writeStack } from "../../lib/compare/testdata/sides.ts";
import { command } from "../command.ts";

/** What a comparison printed and wrote. */
interface Compared {
  code: number;
  text: string;
  comparison: Comparison;
  /** The first turn of the head. */
  turn: Result | undefined;
  /** Which case was begun on which side, in the order of time. */
  begun: string[];
}

/** Compares the stack with itself, edited. */
async function compared(
  edits: Edits,
  ...options: string[]
): Promise<Compared> {
  const folder = await Deno.makeTempDir({ prefix: "pgp-" });
  // The servers' account must be able to reach what is below it.
  await Deno.chmod(folder, 0o755);
  try {
    const [base, head, out] = ["base", "head", "out"].map((name) => join(folder, name));
    await writeStack(base!);
    await writeStack(head!, edits);
    const ran = await command(
      ...["compare", base!, head!, "--target", "local", "--repeat", "1", "--out", out!],
      ...options.flatMap((word) => word.endsWith(".yaml") ? ["--scenarios", word] : [word]),
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
      begun: await begun(out!),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function begun(out: string): Promise<string[]> {
  const all = await Promise.all(["base", "head"].map(async (which) => {
    const text = await Deno.readTextFile(join(out, `${which}-1/events.ndjson`)).catch(() => "");
    return [...readEvents(text)].filter(({ type }) => type === "case-started")
      .map((event) => ({ at: event.at, what: `${which} ${"case" in event ? event.case : ""}` }));
  }));
  return all.flat().sort((a, b) => a.at < b.at ? -1 : 1).map(({ what }) => what);
}

const scenario = "scenarios/configuration/settings.yaml";
const conf = "fixtures/postgres/postgresql.conf";

async function lineOf(file: string, text: string): Promise<number> {
  const lines = (await Deno.readTextFile(file)).split("\n");
  return lines.findIndex((line) => line.includes(text)) + 1;
}

Deno.test("compare names what a smaller wal_keep_size broke, with its line", async () => {
  const { code, text, comparison, turn } = await compared({
    [conf]: (old) => old.replace("wal_keep_size = 64MB", "wal_keep_size = 0 # shared_buffers"),
  }, scenario);
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
  match(
    broken?.problem?.text ?? "",
    /saw master has wal_keep_size 0 from fixtures.*conf:\d+; the same on replica1, replica2/,
  );
  deepEqual(comparison.run?.turns, { base: 1, head: 1 });
  // Of the turn itself, for whoever wants the evidence or to run it again.
  equal(turn?.run.stack.file, "head/compose.yaml");
  deepEqual(turn?.run.argv.slice(0, 3), ["verify", "--stack", "head/compose.yaml"]);
  ok(text.includes(`may come from head/${conf}:${line}  wal_keep_size 64MB -> 0`), text);
  match(text, /FAILED: 1 broke/);
});

Deno.test("compare finds no difference between servers that differ in a comment", async () => {
  // It judges by objectives that the stack declares.
  const other = "scenarios/wal/outage-keeps-wal-bounded.yaml";
  const { code, text, comparison, begun } = await compared(
    {
      [conf]: (old) => `# a comment\n${old}`,
      "compose.yaml": (old) => `# another\n${old}`,
    },
    ...["--always", "--workers", "1", scenario, other],
  );
  equal(code, 0, text);
  // Each case on both sides before the next one, and neither side always first.
  deepEqual(begun, [`base ${scenario}`, `head ${scenario}`, `head ${other}`, `base ${other}`]);
  const { changes, inEffect, cases, run } = comparison;
  deepEqual([changes, inEffect, cases.map(({ course }) => course)], [[], [], ["passes", "passes"]]);
  deepEqual(run?.turns, { base: 1, head: 1 });
});

Deno.test("compare says that a stack does not come up without its line in pg_hba.conf", async () => {
  const { code, text, comparison } = await compared({
    "fixtures/postgres/pg_hba.conf": (old) => old.replace(/(host +replication.*)trust/, "$1reject"),
  }, scenario);
  equal(code, 1, text);
  const line = await lineOf("fixtures/postgres/pg_hba.conf", "host    replication");
  equal(comparison.base.down, undefined);
  match(comparison.head.down ?? "", /pg_hba.conf rejects replication connection/);
  equal(comparison.changes[0]?.place?.line, line);
  deepEqual(comparison.run?.turns, { base: 0, head: 0 });
  ok(text.includes(`head/fixtures/postgres/pg_hba.conf:${line} on master, replica1`), text);
  match(text, /FAILED: the head's stack does not come up, the base's does/);
});

Deno.test("compare names what a commit that does not wait for the disk broke", async () => {
  const killed = "scenarios/durability/all-nodes-killed.yaml";
  const { code, text, comparison } = await compared({
    [conf]: (old) => `${old}synchronous_commit = off\n`,
  }, killed);
  equal(code, 1, text);
  const lines = (await Deno.readTextFile(conf)).split("\n").length;
  const [change] = comparison.changes;
  deepEqual(change?.place, { side: "head", file: `head/${conf}`, line: lines });
  const [broken] = comparison.cases;
  deepEqual([broken?.course, broken?.suspects], ["broke", [0]]);
  match(broken?.problem?.step ?? "", /every acknowledged write is there/);
});

Deno.test("compare waives on each side what its compose file accepts", async () => {
  const encryption = "scenarios/security/encryption.yaml";
  const { code, text, comparison } = await compared(
    {
      "compose.yaml": (old) => `# a comment\n${old}`,
    },
    "--always",
    encryption,
  );
  equal(code, 5, text);
  deepEqual(comparison.cases.map(({ course }) => course), ["waived"]);
});
