import assert from "node:assert/strict";
import { join } from "node:path";
import { Copy } from "./copy.ts";

const signal = new AbortController().signal;

/** Paths, modes and contents below a directory. */
function snapshot(root: string, folder = "."): string[] {
  const entries = [...Deno.readDirSync(join(root, folder))].toSorted((a, b) =>
    a.name < b.name ? -1 : 1
  );
  return entries.flatMap(({ name, isDirectory, isSymlink }) => {
    const path = join(folder, name);
    const mode = (Deno.lstatSync(join(root, path)).mode! & 0o7777).toString(8);
    if (isSymlink) return [`${path} is a link`];
    if (isDirectory) return [`${path}/ ${mode}`, ...snapshot(root, path)];
    return [`${path} ${mode} ${Deno.readTextFileSync(join(root, path))}`];
  });
}

async function withCopy(test: (template: string, copy: Copy) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "pgproof-test-" });
  try {
    const template = join(root, "template");
    for (const folder of ["", "base", "base/1", "empty"]) Deno.mkdirSync(join(template, folder));
    for (const name of ["PG_VERSION", "base/1/a", "base/1/b", "base/1/c", "base/1/d"]) {
      Deno.writeTextFileSync(join(template, name), `content of ${name}`, { mode: 0o600 });
    }
    await test(template, await Copy.make(template, join(root, "copy"), signal));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("Copy.refresh() undoes every kind of change", async () => {
  await withCopy(async (template, copy) => {
    const at = (name: string) => join(copy.path, name);
    assert.deepEqual(snapshot(copy.path), snapshot(template));
    for (let round = 0; round < 2; round++) {
      copy.take();
      // Same length and same time as before: only the change time tells.
      const { mtime } = Deno.statSync(at("base/1/a"));
      Deno.writeTextFileSync(at("base/1/a"), "CONTENT OF base/1/a");
      Deno.utimeSync(at("base/1/a"), mtime!, mtime!);
      Deno.removeSync(at("base/1/b"));
      Deno.chmodSync(at("base/1/c"), 0o444);
      Deno.removeSync(at("base/1/d"));
      Deno.mkdirSync(at("base/1/d"));
      Deno.writeTextFileSync(at("base/1/d/inner"), "x");
      Deno.removeSync(at("empty"));
      Deno.symlinkSync("/", at("empty"));
      Deno.mkdirSync(at("more"));
      Deno.writeTextFileSync(at("more/standby.signal"), "");
      Deno.chmodSync(at("base"), 0o500);
      assert.notDeepEqual(snapshot(copy.path), snapshot(template));
      assert.ok(await copy.refresh(signal) >= 7);
      assert.deepEqual(snapshot(copy.path), snapshot(template));
    }
  });
});

Deno.test("Copy.refresh() fills a directory that was emptied", async () => {
  await withCopy(async (template, copy) => {
    Deno.removeSync(copy.path, { recursive: true });
    Deno.mkdirSync(copy.path);
    await copy.refresh(signal);
    assert.deepEqual(snapshot(copy.path), snapshot(template));
  });
});

Deno.test("Copy.refresh() leaves alone what did not change", async () => {
  await withCopy(async (_template, copy) => {
    // Before that, nothing is trusted: change times have whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    copy.take();
    assert.equal(await copy.refresh(signal), 0);
    Deno.writeTextFileSync(join(copy.path, "base/1/a"), "CONTENT OF base/1/a");
    assert.equal(await copy.refresh(signal), 1);
  });
});
