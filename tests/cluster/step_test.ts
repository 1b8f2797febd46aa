import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { step } from "../../lib/cli/step.ts";
import { UsageError } from "../../lib/cli/usage.ts";
import { type Captured, captured } from "../golden/captured.ts";

const options = {
  stack: "compose.yaml",
  repeat: 1,
  target: "local" as const,
  postgres: "18",
  timeScale: 1,
};

/** Steps through a scenario with these answers; fails when it asks for more, or for less. */
function stepped(file: string, ...answers: string[]): Promise<{ code: number; io: Captured }> {
  return steppedOn(options.stack, file, ...answers);
}

async function steppedOn(
  stack: string,
  file: string,
  ...answers: string[]
): Promise<{ code: number; io: Captured }> {
  const io = captured();
  const left = [...answers];
  const code = await step([file], { ...options, stack }, io, () => {
    ok(left.length > 0, `asks once more:\n${io.text.out}`);
    return Promise.resolve(left.shift()!);
  });
  deepEqual(left, [], io.text.out);
  return { code, io };
}

Deno.test("step() passes when every step is performed and passes", async () => {
  const { code, io } = await stepped("examples/tutorial/1-first.yaml", "n", "n", "n", "n");
  equal(code, 0, io.text.out);
  match(io.text.out, /4\/4 {2}steps, line \d+\n {2}query select pieces[^\n]*\n {2}passed/);
});

Deno.test("step() arranges the cluster as the scenario wants it, as a run does", async () => {
  const { code, io } = await stepped("tests/cluster/runs/arranged.yaml", "n", "n");
  equal(code, 0, io.text.out);
});

Deno.test("step() does not begin on a cluster with a broken precondition", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await cp("fixtures", join(folder, "fixtures"), { recursive: true });
    const text = await Deno.readTextFile("compose.yaml");
    const name = "-c cluster_name=replica2";
    const stack = join(folder, "compose.yaml");
    await Deno.writeTextFile(stack, text.replace(name, `${name} -c DateStyle=German`));
    const { code, io } = await steppedOn(stack, "examples/tutorial/1-first.yaml");
    equal(code, 1, io.text.out);
    match(io.text.out, /precondition answers\n {2}failed[^]*replica2 has for points in time/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("step() offers what stands under while, and undoes it when the person gives up", async () => {
  const { code, io } = await stepped(
    "examples/a-failure.yaml",
    "n",
    "n",
    "n",
    "n",
    "r",
    "i",
    "p",
    "q",
  );
  const { out } = io.text;
  equal(code, 1, out);
  match(out, /pause_replay on replica2 active: replay on replica2 stands at/);
  match(out, /failed[^]*\[NotReplayed\][^]*failed[^]*\[NotReplayed\]/);
  match(out, /lsn: replica2 is replica, received [^\n]*replay paused/);
  match(out, /psql postgresql:\/\/myuser@127\.0\.0\.1:\d+\/mydb/);
  match(out, /pause_replay on replica2 healed[^]*undone: fault pause_replay/);
});

Deno.test("step() judges nothing when a step was skipped", async () => {
  // The end of the fault is a step of its own.
  const { code, io } = await stepped("examples/a-failure.yaml", "n", "n", "n", "s", "n");
  equal(code, 5, io.text.out);
  match(io.text.out, /5\/5[^]*end pause_replay\n[^]*healed/);
});

Deno.test("step() performs all that is left when it is told to go", async () => {
  const { code, io } = await stepped("examples/tutorial/3-fault.yaml", "n", "go");
  equal(code, 0, io.text.out);
});

Deno.test("step() judges nothing when the person gives up before anything failed", async () => {
  const { code, io } = await stepped("examples/tutorial/1-first.yaml", "h", "n", "q");
  equal(code, 5, io.text.out);
  match(io.text.out, /r, retry/);
});

Deno.test("step() undoes everything when nobody answers any more", async () => {
  const io = captured();
  const answers = ["n", "n"];
  const asked = step(["examples/a-failure.yaml"], options, io, () => {
    const answer = answers.shift();
    return answer === undefined
      ? Promise.reject(new UsageError("nobody answers"))
      : Promise.resolve(answer);
  });
  await rejects(asked, /nobody answers/);
  match(io.text.out, /undone: fault pause_replay/);
});

Deno.test("step() wants exactly one case", async () => {
  const asked = step(["examples/tutorial"], options, captured(), () => Promise.resolve("q"));
  await rejects(asked, /exactly one case, this selects 4\n {2}examples\/tutorial\/1-first\.yaml/);
});
