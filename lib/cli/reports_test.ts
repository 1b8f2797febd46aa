import { equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import { foldEvents } from "../result/fold.ts";
import { heads, mixedRun } from "../result/testdata/mixed_run.ts";
import { openEventSink } from "../result/sink.ts";
import { command } from "../../tests/command.ts";
import { explain } from "./run.ts";
import { readOrders, writeReports } from "./reports.ts";

const result = foldEvents(mixedRun());

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("writeReports() attaches to JUnit files that exist and hold the evidence", () =>
  inFolder(async (folder) => {
    const [path] = await writeReports(result, readOrders(["junit"], folder));
    const xml = await Deno.readTextFile(path!);
    const attached = Array.from(
      xml.matchAll(/\[\[ATTACHMENT\|([^|\]]+)\]\]/g),
      ([, file]) => file!,
    );
    equal(attached.length, result.totals.failed + result.totals.error);
    for (const file of attached) {
      ok(file.startsWith(folder) && (await Deno.stat(file)).isFile, file);
    }
    const failed = attached.find((file) => file.includes("recovery_kill"))!;
    match(await Deno.readTextFile(failed), /seen +replica1 is catching up/);
  }));

Deno.test("report --waivers judges an old result anew, and refuses what does not exist", () =>
  inFolder(async (folder) => {
    const [old] = await writeReports(result, readOrders(["json"], folder));
    const file = join(folder, "waivers.yaml");
    const rest = "reason: known, owner: dba, expires: 9999-12-31";
    await Deno.writeTextFile(file, `- { control: "scenario:recovery/kill", ${rest} }\n`);
    const report = ["report", old!, "--waivers", file, "--report"];
    equal((await command(...report, `json=${join(folder, "new.json")}`)).code, 0);
    const { cases, totals } = JSON.parse(await Deno.readTextFile(join(folder, "new.json")));
    const [failed] = cases.filter(({ id }: { id: string }) => id === heads.failed.id);
    equal(failed.verdict, "waived");
    equal(totals.failed, result.totals.failed - 1);
    await Deno.writeTextFile(file, `- { control: "claim:Z9", ${rest} }\n`);
    const { code, err } = await command(...report, "json");
    equal(code, 2);
    match(err, /there is no claim:Z9/);
  }));

Deno.test("events that cannot be written end with exit code 3 and no stack trace", () =>
  inFolder(async (folder) => {
    // A disk that is full, as the kernel plays it.
    await Deno.symlink("/dev/full", join(folder, "events.ndjson"));
    const sink = openEventSink(join(folder, "events.ndjson"), { secrets: [] });
    sink.emit({ type: "note", kind: "warning", text: "hello" });
    let said = "";
    try {
      sink.close();
    } catch (error) {
      equal(explain(error, { err: (text) => said += text }), 3);
    }
    match(said, /^error: what happened could not be recorded.*No space left/);
    equal(said.trim().split("\n").length, 1);
  }));
