import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { parse } from "yaml";
import { command } from "../command.ts";

/** Every text below keys that hold commands. */
function commandsIn(value: unknown, isCommand = false): string[] {
  if (typeof value === "string") return isCommand ? value.split("\n") : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    commandsIn(inner, isCommand || ["run", "script", "after_script"].includes(key))
  );
}

/** The arguments after `main.ts`; undefined for what does not call it. */
function argumentsOf(line: string): string[] | undefined {
  const [, task, rest = ""] = /^deno (task verify|run -A main\.ts)\b(.*)$/.exec(line.trim()) ?? [];
  if (task === undefined) return undefined;
  const words = rest.replaceAll(/\$\{\{ matrix\.target \}\}/g, "compose").trim().split(/\s+/);
  return task === "task verify" ? ["verify", ...words] : words;
}

for (const name of ["github", "gitlab"]) {
  Deno.test(`docs/ci/${name}.yml holds commands that exist, with options that exist`, async () => {
    const document = parse(await Deno.readTextFile(`docs/ci/${name}.yml`), { strict: true });
    const lines = commandsIn(document);
    const calls = lines.flatMap((line) => {
      const args = argumentsOf(line);
      return args ? [args] : [];
    });
    deepEqual(lines.filter((line) => !argumentsOf(line)), [], "every line calls pgproof");
    ok(calls.some(([verb]) => verb === "verify"));
    for (const [verb, ...rest] of calls) {
      const help = await command(verb!, "--help");
      equal(help.code, 0, `${verb}: ${help.err}`);
      for (const option of rest.filter((word) => word.startsWith("--"))) {
        ok(help.out.includes(`${option} `), `${verb} has no ${option}`);
      }
      if (verb !== "verify") continue;
      const ran = await command(verb, ...rest, "--list");
      equal(ran.code, 0, `${rest.join(" ")}: ${ran.err}`);
    }
  });

  Deno.test(`docs/ci/${name}.yml keeps the reports of a run that failed`, async () => {
    const text = await Deno.readTextFile(`docs/ci/${name}.yml`);
    const out = /verify --target \S+(?: \}\})?.* --out (\S+)/.exec(text)?.[1];
    notEqual(out, undefined);
    ok(text.includes(`${out}/`), "what is uploaded is what is written");
    ok(/if: always\(\)|when: always/.test(text));
  });
}

Deno.test("docs/ci/compare.yml calls compare with options that exist, and keeps its code", async () => {
  const text = await Deno.readTextFile("docs/ci/compare.yml");
  const lines = commandsIn(parse(text, { strict: true })).map((line) => line.trim());
  const call = lines.find((line) => line.includes("main.ts compare"))!;
  const { out: help } = await command("compare", "--help");
  const options = call.match(/--[a-z-]+/g)!;
  ok(options.length > 0);
  for (const option of options) ok(help.includes(`${option} `), `compare has no ${option}`);
  ok(!call.includes("||"), "whatever is not 0 fails the job");
  ok(text.includes("fetch-depth: 0"), "git knows the base only with its history");
});

Deno.test("the README's job is one that can be pasted", async () => {
  const document = parse(await Deno.readTextFile("docs/ci/readme.yaml"), { strict: true });
  const { steps } = document.jobs.verify;
  const lines = commandsIn(document);
  const [verb, ...args] = lines.flatMap((line) => argumentsOf(line) ?? []);
  const ran = await command(verb!, ...args, "--list");
  equal(ran.code, 0, ran.err);
  const out = args[args.indexOf("--out") + 1];
  // What is shown and kept is what is written, and it is kept when the run failed.
  const later = steps.slice(steps.findIndex(({ run }: { run?: string }) => run === lines[0]) + 1);
  for (const step of later) equal(step.if, "always()");
  deepEqual(later.map(({ run, with: { path } = {} }: Step) => run ?? path), [
    `cat ${out}/report.md >> "$GITHUB_STEP_SUMMARY"`,
    `${out}/`,
  ]);
});

/** Of a job, as far as it is looked at. */
interface Step {
  run?: string;
  with?: { path?: string };
}
