import { equal } from "node:assert/strict";
import { join } from "node:path";
import { command } from "../command.ts";

/** Times, sizes and positions differ from run to run, and which case ends first. */
function plain(text: string): string {
  const words = text.replaceAll(/\b[0-9A-F]+\/[0-9A-F]+\b/g, "LSN")
    .replaceAll(/\b\d+(\.\d+)?(us|ms|s|B|kB|min)\b( \(\d+ bytes\))?/g, "N")
    .replaceAll(/looked \d+ times/g, "looked N times")
    .replaceAll(/PostgreSQL \S+ from \S+/g, "PostgreSQL")
    .replaceAll(/\d+ workers?/g, "N workers")
    .replaceAll(/^reports: .*$/gm, "reports");
  return words.trim();
}

Deno.test("the README shows what a failure looks like", async () => {
  const readme = await Deno.readTextFile("README.md");
  const [, line, shown] = /<!-- output of: deno task verify (.*) -->\n\n```text\n([^]*?)```/.exec(
    readme,
  )!;
  const out = await Deno.makeTempDir();
  try {
    const ran = await command("verify", ...line!.split(" "), "--out", join(out, "reports"));
    equal(ran.code, 1);
    equal(plain(ran.out), plain(shown!));
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
