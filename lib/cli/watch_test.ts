import { deepEqual, equal, ok } from "node:assert/strict";
import { join } from "node:path";
import { readStack } from "../stack/read.ts";
import { changesOf, watchedPaths } from "./watch.ts";

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("watchedPaths() holds scenarios, the stack and what it mounts to be read", async () => {
  const stack = await readStack("compose.yaml");
  const paths = await watchedPaths(["examples/first.yaml:3"], stack);
  const inside = paths.map((path) => path.slice(Deno.cwd().length + 1)).sort();
  deepEqual(inside, [
    "compose.yaml",
    "examples/first.yaml",
    "fixtures/pgbouncer",
    "fixtures/postgres",
  ]);
});

Deno.test("changesOf() tells several writes as one change, and a file that is new", () =>
  inFolder(async (folder) => {
    const [file, other] = [join(folder, "a.yaml"), join(folder, "b.yaml")];
    await Deno.writeTextFile(file, "one");
    const stop = new AbortController();
    const changes = changesOf(
      [folder],
      AbortSignal.any([stop.signal, AbortSignal.timeout(30_000)]),
    );
    const first = changes.next();
    // The watch begins with the first question; write until it has answered.
    const writing = setInterval(() => Deno.writeTextFileSync(file, `${crypto.randomUUID()}`), 50);
    setTimeout(() => clearInterval(writing), 500);
    deepEqual(await first, { done: false, value: [file] });
    clearInterval(writing);
    const second = changes.next();
    await Deno.writeTextFile(other, "new");
    const { value } = await second;
    ok(value?.includes(other));
    stop.abort();
    equal((await changes.next()).done, true);
  }));

Deno.test("changesOf() tells nothing for a file that is written with the same text", () =>
  inFolder(async (folder) => {
    const file = join(folder, "a.yaml");
    await Deno.writeTextFile(file, "same");
    const stop = new AbortController();
    const changes = changesOf([file], stop.signal);
    const next = changes.next();
    const writing = setInterval(() => Deno.writeTextFileSync(file, "same"), 50);
    setTimeout(() => (clearInterval(writing), stop.abort()), 1_000);
    deepEqual(await next, { done: true, value: undefined });
  }));
