/**
 * Whole runs of the command line on the local target: what each outcome leaves in the exit code, the
 * result and the machine.
 *
 * @module
 */
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { join } from "node:path";
import type { Result } from "../../lib/result/model.ts";
import { lacksMount } from "../../lib/cluster/local/disk.ts";
import { command, type Ran } from "../command.ts";
import { pressCtrlC, spawnProgram, spawnTask } from "../program.ts";

/** Runs `verify` on some files of `runs/` and reads its result. */
async function verify(out: string, ...names: string[]): Promise<Ran & { result: Result }> {
  const files = names.map((name) => `tests/cluster/runs/${name}.yaml`);
  const ran = await command("verify", "--target", "local", "--seed", "1", "--out", out, ...files);
  return { ...ran, result: JSON.parse(await Deno.readTextFile(join(out, "result.json"))) };
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  // The servers' account must be able to reach what is below it.
  const folder = await Deno.makeTempDir({ prefix: "pgp-" });
  await Deno.chmod(folder, 0o755);
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("verify says how far a paused replica got", () =>
  withFolder(async (out) => {
    const { code, result } = await verify(out, "paused");
    equal(code, 1);
    const step = result.cases[0]!.steps.find(({ verdict }) => verdict === "failed")!;
    equal(step.problem?.code, "NotReplayed");
    match(
      step.problem!.seen,
      /replica2 replayed \w+\/\w+, [\d.]+[kM]?B (?:\(\d+ bytes\) )?short of \w+\/\w+: replay is paused/,
    );
    equal(step.place.line, 8);
    ok(step.evidence.some(({ node, kind }) => node === "replica2" && kind === "lsn"));
  }));

Deno.test("verify --fail-fast goes on past a failure that the stack accepts", () =>
  withFolder(async (out) => {
    const files = ["security/passwords", "replication/write-visible"];
    const ran = await command(
      ...["verify", "--target", "local", "--workers", "1", "--fail-fast", "--out", out],
      ...files.map((name) => `scenarios/${name}.yaml`),
    );
    equal(ran.code, 0, ran.out);
    match(ran.out, /^waived +scenarios\/security/m);
    const { cases }: Result = JSON.parse(await Deno.readTextFile(join(out, "result.json")));
    deepEqual(cases.map(({ verdict }) => verdict), ["waived", "passed"]);
  }));

Deno.test("verify calls a fault that cannot bite an error", () =>
  withFolder(async (out) => {
    const { code, result, out: text } = await verify(out, "bites-not");
    equal(code, 3, text);
    const step = result.cases[0]!.steps.find(({ verdict }) => verdict === "error")!;
    equal(step.problem?.code, "FaultDidNotBite");
    match(step.problem!.seen, /replica1.*stopped already/);
  }));

Deno.test("verify tells a case that cannot run here from one that passed", () =>
  withFolder(async (out) => {
    const { code, result } = await verify(out, "needs-docker");
    equal(code, 5);
    equal(result.cases[0]!.verdict, "not-run");
    match(result.cases[0]!.reason ?? "", /no_such_thing/);
  }));

Deno.test("verify ends a case whose invariant is violated", () =>
  withFolder(async (out) => {
    const { code, result } = await verify(out, "invariant");
    equal(code, 1);
    const [invariant] = result.cases[0]!.steps;
    equal(invariant?.verdict, "failed");
    equal(invariant?.problem?.code, "Behind");
    const stopped = result.cases[0]!.steps.find((step) => step.problem?.code === "Stopped")!;
    match(stopped.problem!.seen, /"replica1 replays" was violated/);
    ok(result.cases[0]!.ms < 30_000, "the sleep was not ended");
  }));

Deno.test("verify keeps in the result what a reader needs years later", () =>
  withFolder(async (out) => {
    const { result } = await verify(out, "paused");
    const { run } = result;
    equal(result.schema, "pgproof/result/1");
    match(run.postgres, /^18\./);
    match(run.stack.hash, /^[0-9a-f]{64}$/);
    equal(run.seed, 1);
    equal(run.complete, true);
    equal(run.stack.objectives.stalenessMs, 2000);
    for (const step of result.cases[0]!.steps) ok(step.ms >= 0 && step.startedAt !== undefined);
    const write = result.cases[0]!.steps[2]!;
    match(write.evidence[0]!.text, /WAL ends at \w+\/\w+/);
    equal(result.cases[0]!.cluster?.nodes.length, 4);
    notEqual(result.cases[0]!.cluster?.translations.length, 0);
  }));

/** Starts `verify` as a process of its own, with a temp folder and a cache of its own. */
function start(folder: string, name = "long"): Deno.ChildProcess {
  return spawnProgram(["verify", ...optionsOf(folder, name)], environment(folder));
}

function optionsOf(folder: string, name: string): string[] {
  const file = `tests/cluster/runs/${name}.yaml`;
  return ["--target", "local", "--out", join(folder, "out"), file];
}

/** No engine either: `clean` would act on what runs of others have left in it. */
function environment(folder: string): Record<string, string> {
  return {
    TMPDIR: join(folder, "t"),
    PGPROOF_CACHE: join(folder, "cache"),
    DOCKER_HOST: "tcp://127.0.0.1:1",
  };
}

async function makeFolders(folder: string): Promise<void> {
  await Deno.mkdir(join(folder, "t"), { mode: 0o755 });
}

/** Waits until the events say that so many faults bit. */
async function untilFault(folder: string, count = 1): Promise<void> {
  for (let look = 0; look < 1200; look++) {
    const text = await Deno.readTextFile(join(folder, "out", "events.ndjson")).catch(() => "");
    if (text.split('"change":"active"').length > count) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the fault never became active");
}

/** File systems that are mounted below the folder. */
async function mountsIn(folder: string): Promise<string[]> {
  const lines = (await Deno.readTextFile("/proc/self/mounts")).split("\n");
  return lines.map((line) => line.split(" ")[1] ?? "").filter((path) => path.startsWith(folder));
}

/** Processes whose command line names the folder. */
async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    if (line.includes(join(folder, "t"))) found.push(line.replaceAll("\0", " "));
  }
  return found;
}

function leftIn(folder: string): string[] {
  return [...Deno.readDirSync(join(folder, "t"))].map(({ name }) => name);
}

const isLinux = Deno.build.os === "linux";

/** Ways to end a run. */
const endings = {
  SIGINT: { start, end: (child: Deno.ChildProcess) => child.kill("SIGINT") },
  SIGTERM: { start, end: (child: Deno.ChildProcess) => child.kill("SIGTERM") },
  // It comes twice: from the terminal, and from the task, which sends on what it was sent.
  "Ctrl-C in a terminal": {
    start: (folder: string) =>
      spawnTask(["verify", ...optionsOf(folder, "long")], environment(folder)),
    end: pressCtrlC,
  },
};

for (const [how, { start, end }] of Object.entries(endings)) {
  Deno.test({
    name: `verify undoes everything on ${how}`,
    ignore: !isLinux,
    fn: () =>
      withFolder(async (folder) => {
        await makeFolders(folder);
        const child = start(folder);
        const output = child.output();
        await untilFault(folder);
        notEqual((await processesOf(folder)).length, 0);
        end(child);
        const { code, stderr } = await output;
        equal(code, 130, new TextDecoder().decode(stderr));
        deepEqual(await processesOf(folder), []);
        deepEqual(leftIn(folder), []);
        const result: Result = JSON.parse(
          await Deno.readTextFile(join(folder, "out", "result.json")),
        );
        equal(result.run.interrupted, true);
        equal(result.cases[0]!.verdict, "error");
        ok(result.cases[0]!.timeline.some(({ kind }) => kind === "fault-healed"));
      }),
  });
}

for (const [moment, faults] of [["in the middle of it", 1], ["while all are full", 2]] as const) {
  Deno.test({
    name: `verify gives the space of full disks back on SIGINT, ${moment}`,
    ignore: lacksMount() !== undefined,
    fn: () =>
      withFolder(async (folder) => {
        await makeFolders(folder);
        const child = start(folder, "full");
        const output = child.output();
        // The second disk is being filled when the first one is full.
        await untilFault(folder, faults);
        notEqual((await mountsIn(folder)).length, 0);
        child.kill("SIGINT");
        const { code, stderr } = await output;
        equal(code, 130, new TextDecoder().decode(stderr));
        deepEqual(await mountsIn(folder), []);
        deepEqual(await processesOf(folder), []);
        deepEqual(leftIn(folder), []);
        const text = await Deno.readTextFile(join(folder, "out", "result.json"));
        const result: Result = JSON.parse(text);
        equal(result.run.interrupted, true);
        equal(result.cases[0]!.verdict, "error");
        const healed = result.cases[0]!.timeline.filter(({ kind }) => kind === "fault-healed");
        ok(healed.length >= faults, JSON.stringify(healed));
      }),
  });
}

Deno.test({
  name: "clean removes what a killed run left",
  ignore: !isLinux,
  fn: () =>
    withFolder(async (folder) => {
      await makeFolders(folder);
      const child = start(folder);
      const output = child.output();
      await untilFault(folder);
      child.kill("SIGKILL");
      await output;
      notEqual((await processesOf(folder)).length, 0, "a killed run leaves its servers");
      const { code, stdout } = await spawnProgram(["clean"], environment(folder)).output();
      equal(code, 0);
      match(new TextDecoder().decode(stdout), /pgproof-/);
      deepEqual(await processesOf(folder), []);
      deepEqual(leftIn(folder), []);
      const rendered = await command(
        ...["report", join(folder, "out", "events.ndjson")],
        ...["--report", `junit=${join(folder, "late.xml")}`],
        ...["--report", `html=${join(folder, "late.html")}`],
      );
      equal(rendered.code, 0);
      match(await Deno.readTextFile(join(folder, "late.xml")), /<error/);
      const page = await Deno.readTextFile(join(folder, "late.html"));
      match(page, /the run stopped before it ended/);
      // What happened until then is in it; samples for a picture it may not have had yet.
      match(page, /takes long enough to be interrupted[^]*kill[^]*replica1/);
    }),
});

Deno.test({
  name: "verify --keep leaves the cluster of a failure, and clean removes it",
  ignore: !isLinux,
  fn: () =>
    withFolder(async (folder) => {
      await makeFolders(folder);
      const run = (...args: string[]) => spawnProgram(args, environment(folder)).output();
      const out = join(folder, "out");
      const kept = await run(
        ...["verify", "--target", "local", "--keep", "on-failure", "--out", out],
        "tests/cluster/runs/paused.yaml",
      );
      equal(kept.code, 1);
      match(new TextDecoder().decode(kept.stdout), /replica3 psql postgresql:\/\/myuser@127/);
      notEqual((await processesOf(folder)).length, 0, "nothing was kept");
      equal((await run("clean")).code, 0);
      deepEqual(await processesOf(folder), []);
      deepEqual(leftIn(folder), []);
    }),
});
