/**
 * Troubles on real servers: after each seeded cause the harness's own message names it.
 *
 * @module
 */
import { equal, match } from "node:assert/strict";
import { join } from "node:path";
import { LocalNode } from "../../lib/cluster/local/node.ts";
import { until } from "../../lib/link/look.ts";
import type { CaseResult } from "../../lib/result/model.ts";
import { markLogs } from "../../lib/run/stage.ts";
import { watchScene } from "../../lib/run/watch_scene.ts";
import { diagnose } from "../../lib/trouble/diagnose.ts";
import { onCluster, type Subject } from "./fact_fixture.ts";
import { play, stepOf } from "./language_fixture.ts";
import { fromCommandLine, hba, seedStack } from "./stack_fixture.ts";

/** Plants a cause, and waits until it is named; the test's own time bounds it. */
async function named(
  { stage, cluster, signal }: Subject,
  cause: RegExp,
  plant: () => Promise<unknown>,
): Promise<void> {
  // Each cause as if the scenario began with it: what was planted before is in the logs, too.
  const since = await markLogs(cluster);
  const scene = { ...watchScene(stage), logStart: since };
  await plant();
  await until(`a likely cause that matches ${cause}`, signal, async () => {
    const notes = await diagnose(scene, { since, signal });
    return cause.test(notes[0] ?? "") ? { done: undefined } : { seen: notes[0] ?? "nothing" };
  });
}

/** Changes settings of a running node. */
async function told({ sql }: Subject, node: string, settings: Record<string, string>) {
  for (const [name, value] of Object.entries(settings)) {
    await sql(node, `alter system set ${name} = '${value}'`);
  }
  await sql(node, "select pg_reload_conf()");
}

async function rules(subject: Subject, ...lines: string[]): Promise<void> {
  const { data } = subject.node("master") as LocalNode;
  await Deno.writeTextFile(join(data, "..", "pg_hba.conf"), `${lines.join("\n")}\n`);
  await subject.sql("master", "select pg_reload_conf()");
}

const settings = { wal_retrieve_retry_interval: "200ms", wal_keep_size: "0" };
const clients = "host all all 127.0.0.1/32 trust";

Deno.test("a replica that does not get in, or not on, is told why", async () => {
  await onCluster({ settings }, async (whole) => {
    const subject = Object.assign(whole, { sql: whole.sql.bind(whole) });
    const conninfo = String((await subject.sql("replica1", "show primary_conninfo")).rows[0]![0]);
    const connect = (from: RegExp, to: string) =>
      told(subject, "replica1", { primary_conninfo: conninfo.replace(from, to) });
    await subject.sql("master", "create role reader login password 'reader'");

    await named(
      subject,
      /pg_hba\.conf .* no line .*replica1 logged: .*no pg_hba\.conf/,
      async () => {
        await rules(subject, clients);
        // A receiver that is connected stays so.
        await connect(/$/, " application_name=anew");
      },
    );
    await named(
      subject,
      /password in .* is not the one of that role.*replica1 logged/,
      async () => {
        await rules(subject, "host replication all 127.0.0.1/32 scram-sha-256", clients);
        await connect(/password=\S+/, "password=wrong");
      },
    );
    await named(subject, /does not have the REPLICATION attribute/, async () => {
      await rules(subject, "host replication all 127.0.0.1/32 trust", clients);
      await connect(/user=\S+/, "user=reader");
    });
    await named(
      subject,
      /^likely cause: the upstream is down/,
      () => connect(/port=\d+/, "port=1"),
    );
    await connect(/$/, "");
    await subject.until("streaming", true, { node: "replica1" });

    await subject.sql("master", "select pg_create_physical_replication_slot('one', true)");
    await named(subject, /another replica uses the slot .*"one" is active for PID/, async () => {
      await told(subject, "replica2", { primary_slot_name: "one" });
      await subject.until("slot", true, { words: { of: "one" } });
      await told(subject, "replica1", { primary_slot_name: "one" });
    });
    await named(
      subject,
      /the slot it uses is not there/,
      () => told(subject, "replica1", { primary_slot_name: "two" }),
    );
    await told(subject, "replica1", { primary_slot_name: "" });
    await subject.until("streaming", true, { node: "replica1" });

    // A server that cannot make a file of its longer is one whose disk is full.
    const replica = subject.node("replica1") as LocalNode;
    await subject.write("create table t (id int)");
    await subject.until("replayed", true);
    const file = (await subject.sql("master", "select pg_relation_filepath('t')")).rows[0]![0];
    await named(
      subject,
      /the disk of that server is full .*replica1 logged: .*No space/,
      async () => {
        await replica.stop("fast", subject.signal);
        await Deno.remove(join(replica.data, String(file)));
        await Deno.symlink("/dev/full", join(replica.data, String(file)));
        await replica.start(subject.signal);
        await subject.sql("master", "insert into t select generate_series(1, 5000)");
      },
    );
  });
});

/** The notes of a step that did not pass, in one text. */
function notesOf(result: CaseResult | undefined, step: string): string {
  const { verdict, problem } = stepOf(result, step);
  equal(verdict, "failed", JSON.stringify(problem));
  return problem!.notes.join("\n");
}

/** A scenario whose replica gets less than is written, with more steps before it is looked at. */
function slow(rate: string, more = ""): string {
  return `
setup: [{ sql: create table t (words text) }]
steps:
  - fault: throttle
    node: replica1
    rate: ${rate}
    while:
      - sql: insert into t select repeat(md5(n::text), 10) from generate_series(1, 10000) as n
${more}      - { name: arrives, expect: replayed, node: replica1, within: 2s }
`;
}

Deno.test("a step that fails says what its servers suffer from", async () => {
  const results = await play({
    slow: slow("64kB/s"),
    // Its receiver begins anew, and has written nothing yet.
    anew: slow(
      "16kB/s",
      "      - { fault: kill_process, node: replica1, process: walreceiver }\n",
    ),
    removed: `
cluster: { settings: { wal_keep_size: 0, wal_retrieve_retry_interval: 200ms } }
setup: [{ sql: create table t (id int) }]
steps:
  - fault: stop
    node: replica1
    while:
      - { sql: insert into t values (1), repeat: 3 }
      - { sql: select pg_switch_wal(), repeat: 1 }
      - sql: insert into t values (2)
      - sql: select pg_switch_wal()
      - sql: checkpoint
  - { name: streams, expect: streaming, within: 3s }
`,
    promoted: `
steps:
  - { do: promote, node: replica1 }
  - { name: stays, expect: role, node: replica1, is: replica }
`,
    diverged: `
steps:
  - { do: promote, node: replica1 }
  - sql: create table t (id int)
    node: master
  - { expect: role, node: replica1, is: primary }
  - { name: rejoins, do: follow, node: master, of: replica1 }
`,
    // Nothing is wrong with its servers.
    innocent: `
steps: [{ name: reads, query: select 1, is: 2 }]
`,
  });
  match(notesOf(results.get("slow"), "arrives"), /the link to the replica carries less/);
  match(notesOf(results.get("anew"), "arrives"), /the link to the replica carries less/);
  match(notesOf(results.get("removed"), "streams"), /what it needs is gone .*has already been rem/);
  match(
    notesOf(results.get("promoted"), "stays"),
    /replica1 is not in recovery, and so is not mas/,
  );
  match(notesOf(results.get("diverged"), "rejoins"), /its history diverged, .*rewind/);
  equal(/likely cause/.test(notesOf(results.get("innocent"), "reads")), false);
});

Deno.test("a cluster that does not come up says why", async () => {
  const scenario = "steps: [{ query: select 1, is: 1 }]";
  const lacking = { hba: hba("local all all trust", "host all all 172.18.0.0/16 trust") };
  const few = seedStack(2);
  for (const node of few.nodes) node.settings.push(...fromCommandLine({ max_wal_senders: "1" }));
  const more = `cluster: { settings: { master: { max_connections: 200 } } }\n${scenario}`;
  const [refused, used, below] = await Promise.all([
    play({ it: scenario }, { stack: seedStack(1, lacking) }),
    play({ it: scenario }, { stack: few }),
    play({ it: more }),
  ]);
  const causes = [refused, used, below].map((results) => {
    const { verdict, problems } = results!.get("it")!;
    equal(verdict, "failed");
    return problems.flatMap(({ notes }) => notes).join("\n");
  });
  match(causes[0]!, /likely cause: pg_hba\.conf .* no line that lets this replication conn/);
  match(causes[1]!, /likely cause: max_wal_senders of the upstream is too low/);
  match(causes[2]!, /likely cause: a setting of the replica is below the primary's/);
});

Deno.test("an invariant that is violated says what its servers suffer from", async () => {
  const results = await play({
    slow: `
setup: [{ sql: create table t (words text) }]
always: [{ name: keeps up, expect: caught_up, node: replica1, every: 100ms, grace: 1s }]
steps:
  - fault: throttle
    node: replica1
    rate: 64kB/s
    while:
      - sql: insert into t select repeat(md5(n::text), 10) from generate_series(1, 10000) as n
      - { sleep: 30s, because: the invariant ends it }
`,
    lost: `
cluster: { settings: { wal_retrieve_retry_interval: 200ms } }
always: [{ name: streams, expect: streaming, node: replica1, every: 100ms, grace: 1s }]
steps:
  - { sql: alter system set primary_slot_name = 'none', node: replica1 }
  - { sql: select pg_reload_conf(), node: replica1 }
  - { sleep: 30s, because: the invariant ends it }
`,
    // What was the matter while it still held is not why it does not.
    innocent: `
setup: [{ sql: create table t (id int) }]
always: [{ name: is empty, query: select count(*) from t, is: 0, every: 50ms, grace: 100ms }]
steps:
  - sql: do $$ begin raise log 'No space left on device'; end $$
  - { sleep: 2s, because: it holds for a while }
  - sql: insert into t values (1)
  - { sleep: 30s, because: the invariant ends it }
`,
  });
  const slow = stepOf(results.get("slow"), "keeps up");
  match(notesOf(results.get("slow"), "keeps up"), /the link to the replica carries less/);
  equal(slow.problem!.code, "Behind");
  match(notesOf(results.get("lost"), "streams"), /the slot it uses is not there .*replica1 logged/);
  const lost = stepOf(results.get("lost"), "streams");
  const logged = lost.evidence.filter(({ kind, node }) => kind === "log" && node === "replica1");
  match(logged.map(({ text }) => text).join("\n"), /replication slot "none" does not exist/);
  equal(/likely cause/.test(notesOf(results.get("innocent"), "is empty")), false);
});
