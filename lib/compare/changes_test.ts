import { deepEqual, equal } from "node:assert/strict";
import { declaredChanges } from "./changes.ts";
import type { Change } from "./model.ts";
import { type Edits, withSides } from "./testdata/sides.ts";

const all = ["master", "replica1", "replica2", "replica3"];
const conf = "fixtures/postgres/postgresql.conf";
const hba = "fixtures/postgres/pg_hba.conf";

/** What the edits are seen as. */
async function changesOf(edits: Edits): Promise<{ changes: Change[]; reworded: string[] }> {
  let found: { changes: Change[]; reworded: string[] } | undefined;
  await withSides(edits, async (base, head) => {
    found = await declaredChanges(base, head);
  });
  return found!;
}

/** Line of a text in a file of the project, from 1. */
async function lineOf(file: string, text: string): Promise<number> {
  const lines = (await Deno.readTextFile(file)).split("\n");
  return lines.findIndex((line) => line.includes(text)) + 1;
}

Deno.test("a setting of a file is told once for all nodes, with its line", async () => {
  const { changes, reworded } = await changesOf({
    [conf]: (text) => text.replace("wal_keep_size = 64MB", "wal_keep_size = 0"),
  });
  deepEqual(changes, [{
    kind: "setting",
    what: "wal_keep_size",
    nodes: all,
    before: "64MB",
    after: "0",
    place: { side: "head", file: conf, line: await lineOf(conf, "wal_keep_size = 64MB") },
  }]);
  deepEqual(reworded, []);
});

Deno.test("a setting that is new, and one that is gone, are told", async () => {
  const { changes } = await changesOf({
    [conf]: (text) =>
      `synchronous_commit = off\n${text}`.replace(/^max_slot_wal_keep_size.*\n/m, ""),
  });
  const places = changes.map(({ what, before, after, place }) => [
    what,
    before,
    after,
    place?.side,
    place?.line,
  ]);
  deepEqual(places, [
    ["synchronous_commit", undefined, "off", "head", 1],
    ["max_slot_wal_keep_size", "2GB", undefined, "base", await lineOf(conf, "max_slot_wal_keep")],
  ]);
});

Deno.test("the last line of a name counts, and one that is overruled does not", async () => {
  const same = await changesOf({ [conf]: (text) => `wal_keep_size = 0\n${text}` });
  deepEqual(same, { changes: [], reworded: [conf] });
  const { changes } = await changesOf({ [conf]: (text) => `${text}WAL_KEEP_SIZE = 0\n` });
  deepEqual(changes.map(({ what, after }) => [what, after]), [["wal_keep_size", "0"]]);
});

Deno.test("a setting of one command is told with the line of that word", async () => {
  const { changes } = await changesOf({
    "compose.yaml": (text) =>
      text.replace("-c cluster_name=replica2", "-c cluster_name=replica2 -c hot_standby=off"),
  });
  const line = await lineOf("compose.yaml", "-c cluster_name=replica2");
  deepEqual(changes, [{
    kind: "setting",
    what: "hot_standby",
    nodes: ["replica2"],
    before: "on",
    after: "off",
    place: { side: "head", file: "compose.yaml", line },
  }]);
});

Deno.test("a rule of pg_hba.conf that is changed, moved or gone is told", async () => {
  const line = await lineOf(hba, "host    replication");
  const changed = await changesOf({
    [hba]: (text) => text.replace(/(host +replication.*)trust/, "$1reject"),
  });
  deepEqual(changed.changes, [{
    kind: "rule",
    what: "access rule",
    nodes: all,
    before: "host replication myuser 172.18.0.0/16 trust",
    after: "host replication myuser 172.18.0.0/16 reject",
    place: { side: "head", file: hba, line },
  }]);
  const gone = await changesOf({ [hba]: (text) => text.replace(/host +replication.*\n/, "") });
  deepEqual(gone.changes.map(({ after, place }) => [after, place]), [
    [undefined, { side: "base", file: hba, line }],
  ]);
  // The first that matches decides: in front of the others it shuts everybody out.
  const first = await changesOf({ [hba]: (text) => `host all all all reject\n${text}` });
  deepEqual(first.changes.map(({ before, after, place }) => [before, after, place?.line]), [
    [undefined, "host all all all reject", 1],
  ]);
  const moved = await changesOf({
    [hba]: (text) => {
      const [rule] = /host +replication.*\n/.exec(text)!;
      return text.replace(rule, "") + rule;
    },
  });
  equal(moved.changes.length, 2);
});

Deno.test("a piece that four services share is told once, at its own line", async () => {
  const { changes } = await changesOf({
    "compose.yaml": (text) =>
      text.replace("shm_size: 256mb", "shm_size: 64mb").replace("outage: 64MB", "outage: 1MB"),
  });
  deepEqual(changes.map(({ what, nodes, before, after }) => ({ what, nodes, before, after })), [
    { what: "x-pgproof.objectives.outage", nodes: [], before: "64MB", after: "1MB" },
    { what: "shm_size", nodes: all, before: "256mb", after: "64mb" },
  ]);
  equal(changes[1]!.place?.line, await lineOf("compose.yaml", "shm_size"));
});

Deno.test("another image, port or volume of a service is a change of the compose file", async () => {
  const { changes } = await changesOf({
    "compose.yaml": (text) =>
      text.replace("5535:5432", "5635:5432").replace("stop_signal: SIGINT", "stop_signal: SIGTERM"),
  });
  deepEqual(changes.map(({ kind, what, nodes }) => [kind, what, nodes]), [
    ["compose", "stop_signal", all],
    ["compose", "ports", ["replica3"]],
  ]);
});

Deno.test("a script is compared byte by byte: nobody knows what a comment is in it", async () => {
  const name = "fixtures/postgres/entrypoint.sh";
  const { changes } = await changesOf({ [name]: (text) => text.replace("\n", "\n\n") });
  deepEqual(changes.map(({ kind, what, place }) => [kind, what, place?.line]), [["file", name, 2]]);
});

Deno.test("comments, blank lines and another order of keys change nothing", async () => {
  const found = await changesOf({
    [conf]: (text) => `# more\n\n${text.replace("= replica", "=   'replica'   # why")}`,
    [hba]: (text) => text.replaceAll(/ {2,}/g, "\t") + "# the end\n",
    "compose.yaml": (text) =>
      `# hello\n${text.replace("    staleness: 2s", "    staleness: '2s'")}`,
  });
  deepEqual(found, { changes: [], reworded: ["compose.yaml", hba, conf] });
});

Deno.test("a line that was not understood is no comment", async () => {
  // A server that reads this refuses every connection; the reader only notes it.
  const { changes } = await changesOf({ [hba]: (text) => `${text}hots all all all trust\n` });
  deepEqual(changes.map(({ kind, what }) => [kind, what]), [["file", hba]]);
});
