import { deepEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import { parseEDNString } from "edn-data";
import type { Result } from "../../lib/result/model.ts";
import { command } from "../command.ts";

/** The operations of a file, as a reader of EDN that is not ours sees them. */
async function operations(path: string): Promise<Record<string, unknown>[]> {
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n")
    .filter((line) => !line.startsWith(";"));
  return lines.map((line) =>
    parseEDNString(line, { mapAs: "object", keywordAs: "string", listAs: "array" }) as Record<
      string,
      unknown
    >
  );
}

/**
 * What checkers take for granted: the keys, a process that does one thing at a time, ends what it
 * began, and is never heard of again when nobody knows how that ended.
 * Source: README of https://github.com/ligurio/elle-cli, "Supported models".
 */
function followsRules(lines: readonly Record<string, unknown>[]): void {
  const open = new Map<unknown, Record<string, unknown>>();
  const lost = new Set<unknown>();
  /** An operation without what was read. */
  const asked = ({ f, value }: Record<string, unknown>) =>
    f === "txn"
      ? (value as unknown[][]).map(([op, key, each]) => op === "r" ? [op, key] : [op, key, each])
      : f === "read"
      ? f
      : value;
  for (const line of lines) {
    const { type, process, index } = line;
    deepEqual(Object.keys(line).sort(), ["f", "index", "node", "process", "time", "type", "value"]);
    equal(lost.has(process), false, `${index}: a process whose end nobody knows goes on`);
    const begun = open.get(process);
    if (type === "invoke") {
      equal(begun, undefined, `${index}: a process does two things at a time`);
      open.set(process, line);
      continue;
    }
    match(String(type), /^(ok|fail|info)$/);
    deepEqual([line.f, asked(line)], [begun?.f, begun && asked(begun)], `${index}: another one`);
    open.delete(process);
    if (type === "info") lost.add(process);
  }
}

Deno.test("verify --histories writes what clients were answered, and says where", async () => {
  const folder = await Deno.makeTempDir({ prefix: "pgp-" });
  await Deno.chmod(folder, 0o755);
  const histories = join(folder, "histories");
  try {
    const out = join(folder, "out");
    const file = "examples/reference/histories.yaml";
    const to = ["--target", "local", "--out", out, "--histories", histories];
    const ran = await command("verify", ...to, file);
    equal(ran.code, 0, ran.out + ran.err);
    const result: Result = JSON.parse(await Deno.readTextFile(join(out, "result.json")));
    const notes = result.cases[0]!.notes.filter((note) => note.startsWith("history of load"));
    deepEqual(notes.map((note) => /load (\w+)/.exec(note)![1]).sort(), ["lists", "money", "shop"]);
    for (
      const [load, f, value] of [
        ["shop", "txn", /^\[\["[rw]",\d,(null|\d+)\]\]$/],
        [
          "money",
          "read|transfer",
          /^(null|\{"0":\d+,.*"7":\d+\}|\{"from":\d,"to":\d,"amount":\d\})$/,
        ],
        ["lists", "txn", /^\[\["(r|append)",\d+,(null|\d+|\[[\d,]*\])\].*\]$/],
      ] as const
    ) {
      const path = notes.find((note) => note.includes(`load ${load}:`))!.split(": ")[1]!;
      match(await Deno.readTextFile(path), /^; .*\n; elle-cli -m [a-z-]+ .*\.edn\n\{:index 0, /);
      const lines = await operations(path);
      ok(lines.length > 40);
      deepEqual(lines.map(({ index }) => index), lines.map((_, index) => index));
      const times = lines.map(({ time }) => Number(time));
      deepEqual(times, times.toSorted((a, b) => a - b));
      for (const line of lines) {
        match(String(line.f), new RegExp(`^(${f})$`));
        match(JSON.stringify(line.value), value);
      }
      followsRules(lines);
      const invoked = lines.filter(({ type }) => type === "invoke").length;
      equal(lines.length, 2 * invoked, "the load has ended, so everything in it has");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
