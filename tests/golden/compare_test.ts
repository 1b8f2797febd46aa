/**
 * `compare` on a repository of its own: what is said of wrong words, and of changes that mean nothing.
 *
 * @module
 */
import { equal, match, ok } from "node:assert/strict";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { type Edits, writeStack } from "../../lib/compare/testdata/sides.ts";
import { command, type Ran } from "../command.ts";
import { spawnProgram } from "../program.ts";
import { realRun } from "../report/results.ts";

/** A repository whose branches are the stack, edited; `main` is as it is. */
async function withRepository(
  branches: Record<string, Edits>,
  use: (compare: (...words: string[]) => Promise<Ran>, root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const git = async (...args: string[]) => {
    const who = ["-c", "user.name=T", "-c", "user.email=t@example.org"];
    const ran = await new Deno.Command("git", { args: [...who, ...args], cwd: root }).output();
    ok(ran.success, new TextDecoder().decode(ran.stderr));
  };
  try {
    await git("init", "-q", "-b", "main");
    await writeStack(root);
    await git("add", ".");
    await git("commit", "-qm", "first");
    for (const [name, edits] of Object.entries(branches)) {
      await git("checkout", "-qb", name, "main");
      await writeStack(root, edits);
      await git("commit", "-qam", name);
    }
    const out = join(root, "out");
    const compare = (...words: string[]) =>
      command("compare", "--stack", join(root, "compose.yaml"), "--out", out, ...words);
    await use(compare, root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** Without what differs from run to run. */
function steady(text: string, root: string): string {
  return text.replaceAll(root, "ROOT").replaceAll(/\([0-9a-f]{7}\)/g, "(COMMIT)");
}

const comment: Edits = {
  "compose.yaml": (text) => `# hello\n${text}`,
  "fixtures/postgres/postgresql.conf": (text) => `# more\n${text}# the end\n`,
};

Deno.test("compare explains words that name no two stacks", async (t) => {
  await withRepository({
    broken: { "compose.yaml": (text) => text.replace("services:", "services: [") },
  }, async (compare, root) => {
    await Deno.mkdir(join(root, "empty"));
    const mistakes: Record<string, string[]> = {
      "an unknown ref": ["main..nothing"],
      "the same ref twice": ["main..main"],
      "one word": ["main"],
      "three words": ["main", "main", "main"],
      "the same folder twice": ["lib", "lib/"],
      "a folder without a stack": ["--stack", "compose.yaml", "lib", "docs"],
      "a stack that is no YAML": ["main..broken"],
      "a gate that few turns cannot decide": ["--gate", "outage=25%,1s", "main..broken"],
      "a gate that is none": ["--repeat", "5", "--gate", "outage=25", "main..broken"],
    };
    for (const [what, words] of Object.entries(mistakes)) {
      await t.step(what, async (step) => {
        const ran = await compare(...words);
        equal(ran.code, 2, ran.err + ran.out);
        equal(ran.out, "");
        await step.assertSnapshot(steady(ran.err, root));
      });
    }
  });
});

Deno.test("compare says that a comment changes nothing, and runs nothing for it", async (t) => {
  await withRepository({ comment }, async (compare, root) => {
    const ran = await compare("main..comment");
    equal(ran.code, 0, ran.err);
    await t.assertSnapshot(steady(ran.out, root));
    const { run, changes, exit } = JSON.parse((await compare("main..comment", "--json")).out);
    equal(JSON.stringify([run, changes, exit]), JSON.stringify([undefined, [], 0]));
    match(await Deno.readTextFile(join(root, "out/compare.md")), /NOTHING CHANGED/);
    // Three dots: since the branches parted.
    equal((await compare("main...comment")).code, 0);
  });
});

Deno.test("compare leaves nothing of its checkouts, and nothing in the repository", async () => {
  await withRepository({ comment }, async (_compare, root) => {
    const temporary = join(root, "out/tmp");
    await Deno.mkdir(temporary, { recursive: true });
    const env = { TMPDIR: temporary, PGPROOF_CACHE: join(root, "out/cache") };
    const stack = ["--stack", join(root, "compose.yaml"), "--out", join(root, "out")];
    const status = async () => {
      const args = ["status", "--porcelain", "--ignored", "--", ".", ":!out"];
      const { stdout } = await new Deno.Command("git", { args, cwd: root }).output();
      return new TextDecoder().decode(stdout);
    };
    equal(await status(), "");
    const { code } = await spawnProgram(["compare", ...stack, "main..comment"], env).output();
    equal(code, 0);
    equal([...Deno.readDirSync(temporary)].length, 0);
    // Not by `clean`: it would act on what other runs have left in the engine.
    equal((await Array.fromAsync(glob("**/runs", { cwd: env.PGPROOF_CACHE }))).length, 1);
    const cached = await Array.fromAsync(glob("**/*.json", { cwd: env.PGPROOF_CACHE }));
    equal(cached.length, 0, "the journal of the checkout is closed");
    equal(await status(), "");
    equal([...Deno.readDirSync(join(root, ".git"))].some(({ name }) => /lock/.test(name)), false);
  });
});

Deno.test("compare of a change that no scenario is selected for is no pass", async () => {
  await withRepository({
    change: { "fixtures/postgres/postgresql.conf": (text) => `${text}wal_keep_size = 0\n` },
  }, async (compare) => {
    const ran = await compare("main..change", "--grep", "no such scenario");
    equal(ran.code, 4, ran.out);
    match(ran.err, /nothing is selected/);
  });
});

Deno.test("compare refuses a stored baseline of something else, and says what differs", async (t) => {
  const folder = await Deno.makeTempDir();
  const store = async (name: string, postgres: string, settings?: Record<string, string>) => {
    const result = realRun();
    const { run } = result;
    const stack = { ...run.stack, ...(settings ? { settings: { master: settings } } : {}) };
    const path = join(folder, `${name}.json`);
    await Deno.writeTextFile(
      path,
      JSON.stringify({ ...result, run: { ...run, postgres, stack } }),
    );
    return path;
  };
  try {
    const compare = (...words: string[]) => command("compare", "--out", folder, ...words);
    const old = await store("old", "17.2", { wal_keep_size: "64MB" });
    const now = await store("now", "18.4", { wal_keep_size: "0" });
    const refused = await compare(old, now);
    equal(refused.code, 2);
    await t.assertSnapshot(steady(refused.err, folder));
    const unknown = await compare(await store("unknown", "17.2"), old);
    equal(unknown.code, 2);
    match(unknown.err, /the baseline does not say with which settings it was made/);
    // The same twice: what failed then fails now.
    const same = await compare(old, old);
    equal(same.code, 1);
    match(same.out, /failing that did not pass on the base either/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("compare lays overlays over both stacks, and sees what changes in them", async () => {
  const folder = await Deno.makeTempDir();
  const overlay = (size: string) => `services: { master: { shm_size: ${size} } }\n`;
  try {
    const [base, head] = ["base", "head"].map((name) => join(folder, name));
    for (const [side, text] of [[base!, overlay("1gb")], [head!, `# more\n${overlay("1gb")}`]]) {
      await writeStack(side!);
      await Deno.writeTextFile(join(side!, "extra.yaml"), text!);
    }
    const words = ["compare", "--out", folder, "--overlay", "extra.yaml", base!, head!];
    const comment = await command(...words);
    equal(comment.code, 0, comment.err);
    match(comment.out, /only comments or layout differ in \S*extra\.yaml/);
    await Deno.writeTextFile(join(head!, "extra.yaml"), overlay("2gb"));
    // Something changed, so that it would have to be run.
    const changed = await command(...words, "--grep", "no such scenario");
    equal(changed.code, 4, changed.out);
    const absent = await command(...words.with(-3, "nothing.yaml"));
    equal(absent.code, 2);
    match(absent.err, /there is no nothing\.yaml in \S+, the base/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
