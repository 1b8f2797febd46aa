import { equal, notEqual, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { command } from "../command.ts";

const readme = await Deno.readTextFile("README.md");

Deno.test("every scenario in the README is a file", async () => {
  const blocks = [...readme.matchAll(/<!-- (\S+\.yaml) -->\n\n```yaml\n([^]*?)```/g)];
  notEqual(blocks.length, 0);
  equal(blocks.length, [...readme.matchAll(/```yaml/g)].length, "a block names no file");
  for (const [, path, shown] of blocks) {
    const text = await Deno.readTextFile(path!);
    equal(shown, text.replace(/^# yaml-language-server.*\n/, ""), path);
  }
});

Deno.test("every link of the README and ARCHITECTURE leads somewhere", async () => {
  const texts = [readme, await Deno.readTextFile("ARCHITECTURE.md")];
  const targets = texts.flatMap((text) =>
    [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, to]) => to!)
  ).filter((to) => !/^https?:/.test(to));
  notEqual(targets.length, 0);
  for (const to of targets) ok(existsSync(to), `${to} does not exist`);
});

Deno.test("every verify command in the README is understood", async () => {
  const commands = [...readme.matchAll(/^ {4}deno task verify (\S.*?)(?: {2,}.*)?$/gm)];
  notEqual(commands.length, 0);
  for (const [, line] of commands) {
    const args = line!.trim().split(/\s+/).map((word) =>
      word.replace("../mine/", "").replace("origin/main", "HEAD")
    );
    const ran = await command("verify", ...args.filter((word) => word !== "--dry-run"), "--list");
    // Nothing has changed since HEAD where nothing is being worked on: 4, nothing is selected.
    const isUnderstood = ran.code === 0 || (args.includes("--changed") && ran.code === 4);
    // Another line of the README makes these.
    const lacksSecrets = /the file secrets\/\w+ does not exist/.test(ran.err);
    ok(isUnderstood || lacksSecrets, `${line}: ${ran.err}`);
  }
});
