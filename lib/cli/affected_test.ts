import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { changedSince } from "./git.ts";

const scenario = (name: string, step: string) => `scenario: ${name}\nsteps:\n  - ${step}\n`;

/** A repository with a stack, two scenarios and a file of steps; on a branch of its own. */
async function inRepository(use: (root: string) => Promise<void>): Promise<void> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await write(root, "conf/postgresql.conf", "wal_keep_size = 64MB\n");
    await write(root, "compose.yaml", composeFile);
    await write(
      root,
      "scenarios/one.yaml",
      scenario("One", "{ query: select 1, node: primary, is: 1 }"),
    );
    await write(root, "scenarios/two.yaml", scenario("Two", "use: steps/look.yaml"));
    await write(
      root,
      "scenarios/steps/look.yaml",
      "steps:\n  - { query: select 2, node: primary, is: 2 }\n",
    );
    await git(root, "init", "-q", "-b", "main");
    await git(root, "add", ".");
    await git(root, "commit", "-qm", "first");
    await git(root, "checkout", "-qb", "branch");
    await use(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const composeFile = `x-pgproof: { primary: master, replicas: [replica1] }
services:
  master: &node
    image: postgres:18
    environment: { POSTGRES_USER: u, POSTGRES_PASSWORD: p, POSTGRES_DB: d }
    volumes: ["./conf:/etc/postgresql:ro"]
    command: postgres -c config_file=/etc/postgresql/postgresql.conf
  replica1: *node
`;

async function write(root: string, name: string, text: string): Promise<void> {
  const path = join(root, name);
  await Deno.mkdir(join(path, ".."), { recursive: true });
  await Deno.writeTextFile(path, text);
}

async function git(root: string, ...args: string[]): Promise<void> {
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
  const { success, stderr } = await new Deno.Command("git", { args: [...who, ...args], cwd: root })
    .output();
  equal(success, true, new TextDecoder().decode(stderr));
}

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** In a process of its own: the folder it works in is that of the whole process. */
async function list(cwd: string, ref = "main") {
  const args = ["run", "-A", main, "verify", `--changed=${ref}`, "--list"];
  const { code, ...texts } = await new Deno.Command(Deno.execPath(), { args, cwd }).output();
  const [out, err] = [texts.stdout, texts.stderr].map((text) => new TextDecoder().decode(text));
  return { code, out: out!, err: err! };
}

Deno.test("--changed runs what a change can affect, and says why", () =>
  inRepository(async (root) => {
    const none = await list(root);
    equal(none.code, 4);
    match(none.err, /no file of the stack or of a scenario changed since main/);

    await write(root, "notes.txt", "new, and of nobody");
    equal((await list(root)).code, 4);

    await write(
      root,
      "scenarios/one.yaml",
      scenario("One", "{ query: select 11, node: primary, is: 11 }"),
    );
    const own = await list(root);
    equal(own.code, 0);
    match(own.err, /^scenarios\/one\.yaml: it changed since main$/m);
    equal(own.out.includes("two.yaml"), false);
    await git(root, "commit", "-qam", "one");

    await write(
      root,
      "scenarios/steps/look.yaml",
      "steps:\n  - { query: select 3, node: primary, is: 3 }\n",
    );
    const used = await list(root);
    match(used.err, /two\.yaml: it uses scenarios\/steps\/look\.yaml, which changed since main/);
    match(used.out, /one\.yaml[^]+two\.yaml/);

    // What others did on main meanwhile is not this branch's change.
    await git(root, "stash", "-q");
    await git(root, "checkout", "-q", "main");
    await write(root, "compose.yaml", composeFile.replace("postgres:18", "postgres:17"));
    await git(root, "commit", "-qam", "upgrade");
    await git(root, "checkout", "-q", "branch");
    deepEqual(await changedSince("main", root), [
      join(root, "notes.txt"),
      join(root, "scenarios/one.yaml"),
    ]);
  }));

Deno.test("--changed runs everything when a file of the stack changed or is gone", () =>
  inRepository(async (root) => {
    await write(root, "conf/postgresql.conf", "wal_keep_size = 0\n");
    const changed = await list(root);
    match(changed.err, /^conf\/postgresql\.conf changed since main: every scenario/);
    match(changed.out, /one\.yaml[^]+two\.yaml/);
    await git(root, "checkout", "-q", "conf");
    await write(root, "conf/extra.conf", "port = 1\n");
    await git(root, "add", ".");
    await git(root, "commit", "-qm", "extra");
    await git(root, "checkout", "-qB", "main");
    await Deno.remove(join(root, "conf/extra.conf"));
    match((await list(root)).err, /^conf\/extra\.conf changed since main/);
  }));

Deno.test("--changed refuses a commit that git does not know", () =>
  inRepository(async (root) => {
    await rejects(changedSince("no-such-branch", root), /git knows no commit "no-such-branch"/);
    const { code, err } = await list(root, "--output=x");
    equal(code, 2);
    match(err, /git knows no commit "--output=x"/);
  }));
