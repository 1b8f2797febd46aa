import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { join } from "node:path";
import { newScenario } from "../../lib/cli/new.ts";
import { templates } from "../../lib/cli/templates.ts";
import { inspect, subjectOf } from "../../lib/lint/inspect.ts";
import { readStack } from "../../lib/stack/read.ts";
import { captured } from "./captured.ts";

const { nodes } = await readStack("compose.yaml");
const names = nodes.map(({ name }) => name);

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const what of templates.keys()) {
  Deno.test(`newScenario() writes a ${what} that parses and does not smell`, () =>
    inFolder(async (folder) => {
      const file = join(folder, "sub", "x.yaml");
      const io = captured();
      equal(await newScenario(file, { stack: "compose.yaml", what }, io), 0);
      match(io.text.out, /run it: deno task verify .*x\.yaml/);
      const text = await Deno.readTextFile(file);
      match(text, /^# yaml-language-server: \$schema=\S+scenario\.schema\.json\n/);
      deepEqual(inspect(subjectOf(file, text, { nodes: names })), []);
    }));
}

Deno.test("newScenario() calls the scenario what it is told, whatever YAML makes of that", () =>
  inFolder(async (folder) => {
    const name = 'yes: # no "quotes"';
    const file = join(folder, "x.yaml");
    const options = { stack: "compose.yaml", what: "lag", name };
    equal(await newScenario(file, options, captured()), 0);
    const text = await Deno.readTextFile(file);
    equal(subjectOf(file, text, { nodes: names }).variants[0]!.name, name);
  }));

Deno.test("newScenario() writes over a file only when it is forced", () =>
  inFolder(async (folder) => {
    const file = join(folder, "x.yaml");
    await Deno.writeTextFile(file, "precious");
    const options = { stack: "compose.yaml", what: "lag" };
    await rejects(newScenario(file, options, captured()), /is there already; --force/);
    equal(await Deno.readTextFile(file), "precious");
    equal(await newScenario(file, { ...options, force: true }, captured()), 0);
    match(await Deno.readTextFile(file), /^# yaml-language-server/);
  }));

Deno.test("newScenario() asks for what it is not told", () =>
  inFolder(async (folder) => {
    const asked: string[] = [];
    const answers = ["settings", "Settings are there", join(folder, "x.yaml")];
    const io = captured();
    equal(
      await newScenario(undefined, { stack: "compose.yaml" }, io, (question) => {
        asked.push(question);
        return Promise.resolve(answers[asked.length - 1]!);
      }),
      0,
    );
    deepEqual(asked, ["What kind of scenario?", "What does it show?", "Where?"]);
    match(await Deno.readTextFile(join(folder, "x.yaml")), /scenario: Settings are there\n/);
  }));

Deno.test("newScenario() says what is possible when nobody is there to answer", async () => {
  const stack = "compose.yaml";
  await rejects(newScenario("x.yaml", { stack }, captured()), /say what with --what:\n {2}write/);
  await rejects(newScenario("x.yaml", { stack, what: "lags" }, captured()), /did you mean "lag"/);
  await rejects(newScenario(undefined, { stack, what: "lag" }, captured()), /say where/);
  await rejects(newScenario("x.txt", { stack, what: "lag" }, captured()), /\.yaml or \.yml/);
});
