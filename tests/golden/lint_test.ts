import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { basename, join } from "node:path";
import { lint } from "../../lib/cli/lint.ts";
import { inspect, subjectOf } from "../../lib/lint/inspect.ts";
import { smells } from "../../lib/lint/registry.ts";
import { readStack } from "../../lib/stack/read.ts";
import { captured } from "./captured.ts";

const folder = "tests/golden/smells";
const nodes = (await readStack("compose.yaml")).nodes.map(({ name }) => name);

function smellsOf(text: string, file = "x.yaml"): string[] {
  return inspect(subjectOf(file, text, { nodes })).map(({ smell }) => smell.name);
}

function scenario(steps: string, more = ""): string {
  return `# yaml-language-server: $schema=s.json\nscenario: x\nwhy: x\ntags: [x]\n${more}${steps}`;
}

/** Takes two files, see below. */
const ofSeveral = "name-twice";

for (const { name } of smells.filter(({ name }) => name !== ofSeveral)) {
  Deno.test(`inspect() finds ${name}, and nothing else, in its file`, async (t) => {
    const file = join(folder, `${name}.yaml`);
    deepEqual(smellsOf(await Deno.readTextFile(file), file), [name]);
    const io = captured();
    equal(await lint([file], { stack: "compose.yaml" }, io), 0);
    await t.assertSnapshot(io.text.out);
  });
}

Deno.test("every file of smells is named after a smell", () => {
  const known = new Set(smells.map(({ name }) => `${name}.yaml`));
  deepEqual([...Deno.readDirSync(folder)].filter(({ name }) => !known.has(name)), []);
});

Deno.test("lint() tells two scenarios of one name, and where the other is", async () => {
  const temporary = await Deno.makeTempDir();
  try {
    const [one, two] = ["one", "two"].map((name) => join(temporary, `${name}.yaml`));
    const text = scenario("steps:\n  - { expect: streaming, node: replicas }\n");
    await Deno.writeTextFile(one!, text);
    await Deno.writeTextFile(two!, text);
    const io = captured();
    equal(await lint([temporary], { stack: "compose.yaml", strict: true }, io), 1);
    match(io.text.out, /one\.yaml has the same name \[name-twice\]\n {2}--> \S+two\.yaml:2:11/);
    match(io.text.out, /2 scenarios are well-formed, 2 smells\n$/);
    await Deno.writeTextFile(two!, text.replace("scenario: x", "scenario: y"));
    equal(await lint([temporary], { stack: "compose.yaml", strict: true }, captured()), 0);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
});

Deno.test("lint() ends with 1 for a smell only when it is strict", async () => {
  const file = join(folder, "sleep.yaml");
  equal(await lint([file], { stack: "compose.yaml" }, captured()), 0);
  equal(await lint([file], { stack: "compose.yaml", strict: true }, captured()), 1);
  const clean = "scenarios/replication/write-visible.yaml";
  equal(await lint([clean], { stack: "compose.yaml", strict: true }, captured()), 0);
});

Deno.test("lint() tells mistakes of any file before smells", async () => {
  const paths = [join(folder, "sleep.yaml"), "tests/golden/bad/misspelt-verb.yaml"];
  await rejects(lint(paths, { stack: "compose.yaml" }, captured()), /unknown verb/);
});

Deno.test("lint() mends what does not change the meaning, and keeps comments", async () => {
  const temporary = await Deno.makeTempDir();
  try {
    for (const name of ["unused-var", "no-schema-line", "sleep"]) {
      await Deno.copyFile(join(folder, `${name}.yaml`), join(temporary, `${name}.yaml`));
    }
    const io = captured();
    equal(await lint([temporary], { stack: "compose.yaml", fix: true }, io), 0);
    match(io.text.out, /removed the unused variable "replicas"/);
    match(io.text.out, /3 scenarios are well-formed, 1 smell\n$/);
    const mended = await Deno.readTextFile(join(temporary, "unused-var.yaml"));
    match(mended, /vars:\n {2}# how many replicas there are\n {2}rows: 100\nsteps:/);
    const named = await Deno.readTextFile(join(temporary, "no-schema-line.yaml"));
    match(named, /^# yaml-language-server: \$schema=\S+schema\/scenario\.schema\.json\nscenario:/);
    const untouched = await Deno.readTextFile(join(temporary, "sleep.yaml"));
    equal(untouched, await Deno.readTextFile(join(folder, "sleep.yaml")));
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
});

Deno.test("lint() does not mend what it cannot prove: a variable in a flow map stays", async () => {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    const text = scenario("steps:\n  - expect: streaming\n", "vars: { a: 1, b: 2 }\n");
    await Deno.writeTextFile(file, text);
    const io = captured();
    equal(await lint([file], { stack: "compose.yaml", fix: true, strict: true }, io), 1);
    equal(await Deno.readTextFile(file), text);
    equal(basename(file).endsWith(".yaml"), true);
  } finally {
    await Deno.remove(file);
  }
});

/** What looks like a smell and is none. */
const clean: Record<string, string> = {
  "a fault that an invariant watches": scenario(
    "steps:\n  - fault: kill\n    node: replica1\n    as: death\n    while:\n" +
      "      - sql: select 1\n  - expect: streaming\n    within: 9s\n",
    "always:\n  - expect: reachable\n    node: primary\n    during: death\n",
  ),
  "a fault that is watched until its end": scenario(
    "steps:\n  - fault: kill\n    node: replica1\n  - expect: one_primary\n  - end: kill\n",
  ),
  "a limit that a count can miss": scenario(
    "steps:\n  - query: select count(*) from pg_class\n    above: 0\n",
  ),
  "a pattern with an anchor": scenario(
    "steps:\n  - query: select version()\n    matches: ^.?PostgreSQL\n",
  ),
  "the role of a node by its name": scenario(
    "steps:\n  - expect: role\n    node: master\n    is: primary\n",
  ),
  "a wait for a setting after a reload": scenario(
    "steps:\n  - do: reload\n    node: all\n  - expect: setting\n    of: work_mem\n    node: all\n" +
      "    is: 4MB\n    within: 5s\n",
  ),
  "a name that SQL uses": scenario(
    "steps:\n  - query: select :rows::int\n    is: 100\n",
    "vars:\n  rows: 100\n",
  ),
  "a comparison of replicas that were waited for": scenario(
    "steps:\n  - sql: create table o ()\n  - expect: caught_up\n    node: replicas\n    within: 9s\n" +
      "  - expect: one_primary\n  - expect: same_data\n    node: all\n    tables: [o]\n",
  ),
  "a session that keeps a transaction open": scenario(
    "steps:\n  - sql: begin; select 1\n    session: holder\n  - expect: streaming\n",
  ),
  "a load that is only judged": scenario(
    "setup:\n  - sql: create table o (id bigint)\nsteps:\n  - load: o\n  - expect: commit_rate\n" +
      "    of: o\n    at_least: 1/s\n    within: 5s\n",
    "load:\n  o:\n    sql: insert into o values (:n)\n    rate: 50/s\n",
  ),
};
for (const [what, text] of Object.entries(clean)) {
  Deno.test(`inspect() finds nothing in ${what}`, () => deepEqual(smellsOf(text), []));
}

Deno.test("inspect() finds that nothing looks while chance draws faults, unless invariants do", () => {
  const text = (always: string) =>
    `# yaml-language-server: $schema=x\nscenario: s\nwhy: w\ntags: [t]\n${always}steps:\n` +
    "  - random: [{ fault: kill, node: all }, { fault: pause, node: all }]\n    for: 1s\n" +
    "  - { expect: streaming, node: replicas, within: 5s }\n";
  deepEqual(smellsOf(text(""), "s.yaml"), ["unwatched-fault"]);
  deepEqual(smellsOf(text("always: [{ expect: one_primary }]\n"), "s.yaml"), []);
});
