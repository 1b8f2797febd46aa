import { equal, match } from "node:assert/strict";
import { join } from "node:path";
import { findPooler, lacksPooler } from "./program.ts";

Deno.test("a pooler is found where it is, and its absence says what to install", async () => {
  const folder = await Deno.makeTempDir();
  try {
    // A folder of that name is no program.
    await Deno.mkdir(join(folder, "first", "pgbouncer"), { recursive: true });
    const where = [join(folder, "first"), join(folder, "second")];
    equal(findPooler(where), undefined);
    match(
      lacksPooler(where)!,
      /no pgbouncer on this machine, in PATH, .* \(.*package pgbouncer\)$/,
    );
    await Deno.mkdir(where[1]!);
    await Deno.writeTextFile(join(where[1]!, "pgbouncer"), "");
    equal(findPooler(where), join(where[1]!, "pgbouncer"));
    equal(lacksPooler(where), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
