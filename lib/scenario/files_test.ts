import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { ScenarioError } from "./diagnostic.ts";
import { findScenarios, readScenarios } from "./files.ts";
import { nodes, registries } from "./testdata/registries.ts";

const good = "scenario: x\nsteps:\n  - expect: streaming\n";
const bad = "scenario: x\nsteps:\n  - expct: streaming\n";

/** A folder with files, removed afterwards. */
async function withFolder(
  files: Record<string, string>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = `${folder}/${name}`;
      await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      await Deno.writeTextFile(path, text);
    }
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function refused(message: RegExp) {
  return (error: Error) => error instanceof ScenarioError && message.test(error.message);
}

Deno.test("findScenarios() searches folders, sorted, each file once", async () => {
  const files = { "b.yaml": good, "a/z.yml": good, "a/b.txt": "", ".hidden/c.yaml": good };
  await withFolder(files, async (folder) => {
    const found = await findScenarios([`${folder}/b.yaml`, folder, `${folder}/./a`]);
    deepEqual(found, [{ path: `${folder}/b.yaml` }, { path: `${folder}/a/z.yml` }]);
  });
});

Deno.test("findScenarios() keeps the line of PATH:LINE", async () => {
  await withFolder({ "b.yaml": good }, async (folder) => {
    const path = `${folder}/b.yaml`;
    deepEqual(await findScenarios([`${path}:3`]), [{ path, line: 3 }]);
    const files = await findScenarios([`${path}:99`]);
    await rejects(readScenarios(files, { nodes, registries }), refused(/no such line/));
  });
});

Deno.test("findScenarios() names every path that selects nothing", async () => {
  await withFolder({ "empty/readme.md": "", "a.txt": "" }, async (folder) => {
    const paths = [`${folder}/none.yaml`, `${folder}/empty`, `${folder}/a.txt`, `${folder}:3`];
    await rejects(findScenarios(paths), (error: ScenarioError) => {
      deepEqual(error.diagnostics.map((each) => [each.file, each.message]), [
        [paths[0], "there is no such file or folder"],
        [paths[1], "this folder holds no scenario (*.yaml, *.yml)"],
        [paths[2], "a scenario file ends in .yaml or .yml"],
        [paths[3], "a line can be named in a file, not in a folder"],
      ]);
      return true;
    });
  });
});

Deno.test("findScenarios() does not walk in circles", async () => {
  await withFolder({ "a/b.yaml": good }, async (folder) => {
    await Deno.symlink(folder, `${folder}/a/loop`);
    equal((await findScenarios([folder])).length, 1);
  });
});

Deno.test("readScenarios() tells the mistakes of all files at once", async () => {
  await withFolder({ "a.yaml": bad, "b.yaml": good, "c.yaml": bad }, async (folder) => {
    const files = await findScenarios([folder]);
    await rejects(readScenarios(files, { nodes, registries }), (error: ScenarioError) => {
      deepEqual(error.diagnostics.map((each) => `${each.file}:${each.line}:${each.column}`), [
        `${folder}/a.yaml:3:5`,
        `${folder}/c.yaml:3:5`,
      ]);
      return error.message.includes("3 |   - expct: streaming");
    });
    const [read] = await readScenarios([files[1]!], { nodes, registries });
    equal(read!.name, "x");
  });
});

Deno.test("readScenarios() refuses what is not text", async () => {
  await withFolder({ "a.yaml": "" }, async (folder) => {
    await Deno.writeFile(`${folder}/a.yaml`, new Uint8Array([0xff, 0xfe, 0x00]));
    const files = await findScenarios([folder]);
    await rejects(readScenarios(files, { nodes, registries }), refused(/not text in UTF-8/));
  });
});

Deno.test("findScenarios() passes over files of steps in folders, not when they are named", async () => {
  const steps = "# shared\n\nsteps:\n  - expect: streaming\n";
  const main = "scenario: x\nsteps:\n  - use: shared/s.yaml\n";
  await withFolder({ "a.yaml": main, "shared/s.yaml": steps }, async (folder) => {
    const found = await findScenarios([folder]);
    deepEqual(found, [{ path: `${folder}/a.yaml` }]);
    const [scenario] = await readScenarios(found, { nodes, registries });
    equal(scenario!.steps[0]!.verb, "use");
    const named = await findScenarios([`${folder}/shared/s.yaml`]);
    await rejects(readScenarios(named, { nodes, registries }), refused(/"scenario" is missing/));
  });
});

Deno.test("readScenarios() tells hostile files at once, and in little time", async () => {
  const deep = `scenario: x\nsteps: ${"[".repeat(100_000)}`;
  const bomb = `a: &a [x]\nb: &b [${"*a, ".repeat(5000)}]\nc: [${"*b, ".repeat(5000)}]`;
  const files = {
    "big.yaml": "a: b\n".repeat(2_000_000),
    "deep.yaml": deep,
    "bomb.yaml": bomb,
    "one.yaml": "scenario: x\nsteps:\n  - use: parts/two.yaml\n",
    "parts/two.yaml": "steps:\n  - use: three.yaml\n",
    "parts/three.yaml": "steps:\n  - use: ../parts/two.yaml\n",
  };
  await withFolder(files, async (folder) => {
    await Deno.writeFile(`${folder}/latin.yaml`, new Uint8Array([0x61, 0x3a, 0x20, 0xe9, 0xff]));
    await Deno.symlink("/dev/zero", `${folder}/device.yaml`);
    const found = [
      ...await findScenarios([folder]),
      { path: `${folder}/device.yaml` },
    ];
    const startedAt = performance.now();
    await rejects(readScenarios(found, { nodes, registries }), (error: Error) => {
      for (
        const part of [
          /larger than 256kB/,
          /nested deeper than 50 levels/,
          /(?:anchors|aliases) are not part of the language/,
          /two.yaml uses .*three.yaml uses .*two.yaml/,
          /not text in UTF-8/,
          /device.yaml/,
        ]
      ) match(error.message, part);
      return error instanceof ScenarioError;
    });
    ok(performance.now() - startedAt < 10_000);
  });
});
