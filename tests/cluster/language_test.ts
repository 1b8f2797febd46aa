/**
 * The language on real servers: each word does what it says, and fails for its own reason.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { ended, passed, play, stepOf } from "./language_fixture.ts";

const table = `
setup:
  - sql: create table t (id int primary key)
`;

Deno.test("parallel performs its lanes at the same time, on connections of their own", async () => {
  const results = await play({
    // Each lane waits for a lock that the other takes: one after the other this would never end.
    meet: `${table}
steps:
  - parallel:
      left:
        - sql: select pg_advisory_lock(1)
          session: left
        - query: select count(*) from pg_locks where locktype = 'advisory' and granted and objid = 2
          is: 1
          within: 10s
      right:
        - sql: select pg_advisory_lock(2)
          session: right
        - query: select count(*) from pg_locks where locktype = 'advisory' and granted and objid = 1
          is: 1
          within: 10s
`,
    // The slow lane would need a minute; what follows it is never reached.
    stops: `${table}
timeout: 50s
steps:
  - parallel:
      slow:
        - { name: waits, query: select count(*) from t, is: 1, within: 60s }
        - { name: later, sql: insert into t values (1) }
      wrong:
        - { name: fails, query: select 1, is: 2 }
  - name: never
    query: select 1
    is: 1
`,
    // A read-only query of one lane and a write of the other, on the same node at the same time.
    apart: `${table}
steps:
  - parallel:
      reads:
        - { query: "select count(*) < 100 from t, pg_sleep(0.01)", is: true, repeat: 20 }
      writes:
        - { sql: "insert into t values (:item)", repeat: 20 }
  - { query: select count(*) from t, is: 20 }
`,
  });
  passed(results.get("meet"));
  passed(results.get("apart"));
  const stops = results.get("stops");
  ended(stops, { verdict: "failed", step: "fails", code: "Mismatch", seen: /1/ });
  ended(stops, { verdict: "failed", step: "waits", code: "Stopped", seen: /lane "wrong"/ });
  equal(stepOf(stops, "parallel slow, wrong").verdict, "failed");
  equal(stepOf(stops, "later").verdict, "skipped");
  equal(stepOf(stops, "never").verdict, "skipped");
});

Deno.test("background runs beside what follows, and its failure counts at its end", async () => {
  const lane = (id: number) => `
  - background:
      watcher:
        - { name: sees it, query: select max(id) from t, is: ${id}, within: 3s }
  - sql: insert into t values (1)
`;
  const results = await play({
    good: `${table}\nsteps:${lane(1)}\n  - end: watcher\n  - { query: select 1, is: 1 }`,
    bad: `${table}\nsteps:${lane(2)}
  - { name: goes on, query: select 1, is: 1 }
  - end: watcher
  - { name: never, query: select 1, is: 1 }
`,
    // Nobody ends it: it is waited for when the steps are over.
    unended: `${table}\nsteps:${lane(2)}\n  - { name: goes on, query: select 1, is: 1 }`,
    // What fails beside it stops it.
    stopped: `${table}\nsteps:${
      lane(2).replace("3s", "60s")
    }\n  - { name: wrong, query: select 1, is: 2 }`,
  });
  passed(results.get("good"));
  const bad = results.get("bad");
  equal(stepOf(bad, "goes on").verdict, "passed");
  ended(bad, { verdict: "failed", step: "sees it", code: "Mismatch", seen: /1/ });
  ended(bad, { verdict: "failed", step: "end watcher", code: "LaneFailed", seen: /"sees it"/ });
  equal(stepOf(bad, "never").verdict, "skipped");
  const unended = results.get("unended");
  equal(stepOf(unended, "goes on").verdict, "passed");
  ended(unended, { verdict: "failed", step: "sees it", code: "Mismatch", seen: /1/ });
  const stopped = results.get("stopped");
  ended(stopped, { verdict: "failed", step: "wrong", code: "Mismatch", seen: /1/ });
  ended(stopped, { verdict: "failed", step: "sees it", code: "Stopped", seen: /did not pass/ });
});

Deno.test("use performs the steps of another file with the values it is given", async () => {
  const files = {
    "shared/add.yaml": `steps:
  - { sql: "insert into t select generate_series(1, :rows)", save: { written: lsn } }
  - use: arrives.yaml
    with: { lsn: "\${written}", count: "\${rows}" }
needs: [rows]
`,
    "shared/arrives.yaml": `steps:
  - name: \${count} rows arrive
    query: select count(*) from t where :count > 0
    node: replica1
    lsn: \${lsn}
    is: \${count}
needs: [lsn, count]
vars: { unused: 1 }
`,
  };
  const results = await play({
    good: `${table}
steps:
  - use: shared/add.yaml
    with: { rows: 3 }
  - { query: "select :written::pg_lsn is not null", is: true }
`,
    bad: `${table}
steps:
  - { sql: insert into t values (7) }
  - { use: shared/add.yaml, with: { rows: 3 } }
`,
  }, { files });
  passed(results.get("good"));
  ended(results.get("bad"), {
    verdict: "failed",
    step: "3 rows arrive",
    code: "Mismatch",
    seen: /4/,
  });
  const { id, place } = stepOf(results.get("bad"), "3 rows arrive");
  deepEqual([id, place.file, place.line], [
    "steps[1].use[1].use[0]",
    "shared/arrives.yaml",
    2,
  ]);
});

Deno.test("a commit that waits for its standby hangs, is released by cancel, and is unknown", async () => {
  const waiting = (end: string) =>
    `${table}
cluster: { synchronous: FIRST 1 (replica1) }
steps:
  - fault: kill
    node: replica1
    while:
      - name: the commit hangs
        sql: insert into t values (1)
        session: client
        blocks: 500ms
      - expect: waiting_on
        node: primary
        is: SyncRep
      - sql: >-
          select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'
${end}
      - { name: it is there, query: select count(*) from t, is: 1 }
`;
  const results = await play({
    unknown: waiting(`      - end: client
        is: unknown
        matches: WARNING.*canceling wait for synchronous replication`),
    acknowledged: waiting(`      - { end: client, is: acknowledged }`),
    error: waiting(`      - { end: client, error: query_canceled }`),
    // With the standby there it does not hang.
    standby: `${table}
cluster: { synchronous: FIRST 1 (replica1) }
steps:
  - { name: hangs, sql: insert into t values (1), session: client, blocks: 2s }
`,
  });
  passed(results.get("unknown"));
  match(stepOf(results.get("unknown"), "the commit hangs").evidence[0]!.text, /SyncRep/);
  ended(results.get("acknowledged"), {
    verdict: "failed",
    step: "end client is acknowledged",
    code: "OtherFate",
    seen: /^unknown: INSERT 1; WARNING canceling wait/,
  });
  ended(results.get("error"), {
    verdict: "failed",
    step: "end client error query_canceled",
    code: "NoError",
    seen: /^unknown: INSERT 1/,
  });
  ended(results.get("standby"), {
    verdict: "failed",
    step: "hangs",
    code: "DidNotBlock",
    seen: /INSERT 1/,
  });
});

Deno.test("a session holds its transaction; a statement that waits for it gets its end", async () => {
  const contend = (release: string, end: string) =>
    `${table}
steps:
  - { sql: begin, session: holder }
  - { sql: insert into t values (1), session: holder }
  - { name: waits, sql: insert into t values (1), session: other, blocks: 300ms }
  - { sql: ${release}, session: holder }
  - end: other
    ${end}
  - { sql: insert into t values (2), session: other }
  - { query: select count(*) from t, is: 2 }
`;
  const saving = (kept: string) => `
    save: { n: row_count, ${kept}: lsn, line: timeline }
  - { query: "select array[:n, :line]::int[]", is: [1, 1] }
  - { expect: replayed, node: replica1, lsn: "\${${kept}}", within: 10s }`;
  const results = await play({
    rollback: contend("rollback", "is: acknowledged"),
    saved: contend("rollback", `not: refused${saving("at")}`),
    nothing: contend("commit", `not: acknowledged${saving("at")}`),
    commit: contend("commit", "error: unique_violation"),
    wrong: contend("commit", "lacks: nothing"),
    // Left running to the end: undone like everything else.
    left: `${table}
steps:
  - { sql: begin, session: holder }
  - { sql: insert into t values (1), session: holder }
  - { sql: insert into t values (1), session: other, blocks: 300ms }
`,
  });
  passed(results.get("rollback"));
  passed(results.get("commit"));
  passed(results.get("saved"));
  ended(results.get("nothing"), {
    verdict: "error",
    step: "end other not acknowledged",
    code: "NothingToSave",
    seen: /^refused: 23505/,
  });
  ended(results.get("wrong"), {
    verdict: "failed",
    step: "end other lacks nothing",
    code: "SqlError",
    seen: /^refused: 23505/,
  });
  passed(results.get("left"));
});

Deno.test("repeat writes a step out, when leaves it out", async () => {
  const results = await play({
    good: `${table}
vars: { ids: [3, 5, 8], how: kill }
steps:
  - { sql: "insert into t values (:item)", repeat: "\${ids}" }
  - { query: select sum(id) from t, is: 16 }
  - { name: never, query: select 1, is: 2, when: how = pause }
  - { name: nor this, query: select 1, is: 2, when: [how = kill, postgres < 10] }
  - { name: this, query: select 1, is: 1, when: [how = kill, postgres >= 14, target = local] }
  - name: nor what is inside
    when: target = compose
    fault: kill
    node: replica1
    while:
      - { name: inside, query: select 1, is: 2 }
`,
    third: `${table}
steps:
  - name: item \${item}
    query: select :item::int
    below: 3
    repeat: 5
`,
    nothing: `${table}\nsteps:\n  - { query: select 1, is: 1, when: postgres < 10 }`,
  });
  const good = results.get("good");
  passed(good);
  for (const title of ["never", "nor this", "nor what is inside", "inside"]) {
    const step = stepOf(good, title);
    deepEqual([step.verdict, step.evidence[0]?.kind], ["skipped", "when"]);
  }
  equal(stepOf(good, "this").verdict, "passed");
  const third = results.get("third");
  ended(third, { verdict: "failed", step: "item 3 (3 of 5)", code: "Mismatch", seen: /3/ });
  equal(stepOf(third, "item 4 (4 of 5)").verdict, "skipped");
  equal(results.get("nothing")?.verdict, "not-run");
  match(results.get("nothing")?.reason ?? "", /nothing would be checked/);
});

Deno.test("collect gathers evidence however it went, and says what cannot be had", async () => {
  const collect = `
collect:
  - { query: "select id, 'x' as name from t", node: primary }
  - { log: ready to accept connections, node: primary }
  - { log: duplicate key, node: primary }
  - { file: postgresql.auto.conf, node: replica1 }
  - { file: no_such_file, node: primary }
`;
  const results = await play({
    good: `${table}${collect}
steps:
  - { sql: insert into t values (4) }
  - { sql: insert into t values (4), error: unique_violation }
  - { query: select 1, is: 1 }
finally:
  - { sql: drop table t }
`,
    bad: `${table}${collect}\nsteps:\n  - { query: select 1, is: 2 }`,
  });
  passed(results.get("good"));
  const of = (name: string) =>
    results.get(name)!.evidence.map(({ kind, text }) => `${kind} ${text}`);
  const good = of("good").join("\n");
  match(good, /rows id = 4, name = x/);
  match(good, /log .*duplicate key/);
  match(good, /file .*primary_conninfo/);
  match(good, /error .*no_such_file.* cannot be had from master/);
  match(of("bad").join("\n"), /rows query select id.*: nothing/);
});

Deno.test("retries tries an error again, never a failure", async () => {
  const results = await play({
    error: "retries: 2\nsteps:\n  - { query: select 1, is: 1, node: old primary }",
    failure: "retries: 2\nsteps:\n  - { query: select 1, is: 2 }",
    own: "retries: 0\nsteps:\n  - { query: select 1, is: 1, node: old primary }",
  }, { retries: 1 });
  const told = ["error", "failure", "own"].map((name) => {
    const { verdict, attempts } = results.get(name)!;
    return [verdict, attempts];
  });
  deepEqual(told, [["error", 3], ["failed", 1], ["error", 1]]);
});

Deno.test("save keeps timelines, rows, counts and positions", async () => {
  const results = await play({
    good: `${table}
steps:
  - sql: insert into t values (1), (2) returning id
    save: { both: rows, first: row, id: value, count: row_count, at: lsn, before: timeline }
  - { query: "select :count::int + :id::int", is: 3 }
  - { query: "select id from t where id = any(:pair)", is: 2 }
  - { expect: replayed, lsn: "\${at}", node: replica1, within: 10s }
  - query: select 1
    node: replica1
    save: { seen: lsn, receives: timeline }
  - { query: "select pg_current_wal_lsn() >= :seen::pg_lsn", is: true }
  - do: promote
    node: replica1
  - { query: select 1, node: replica1, save: { after: timeline } }
  - query: select array[:before, :receives, :after]::int[]
    node: replica1
    is: [1, 1, 2]
vars: { pair: [2, 9] }
`,
    bad: `${table}
steps:
  - { sql: select 1, node: replica1, save: { at: lsn } }
  - { query: select 1, is: 1 }
`,
  });
  passed(results.get("good"));
  ended(results.get("bad"), {
    verdict: "error",
    step: "sql select 1 on replica1",
    code: "NothingToSave",
    seen: /writes no WAL/,
  });
});

Deno.test("always: grace, during, outside and every decide what counts", async () => {
  const outage = (held: string) => `
  - fault: kill
    node: replica1
    as: outage
    while:
      - ${held}
`;
  const wait = "{ sleep: 1500ms, because: the rule is to be sampled }";
  const results = await play({
    // A wrong value is excused by nothing.
    grace: `${table}
always: [{ name: empty, query: select count(*) from t, is: 0, grace: 10s, every: 50ms }]
steps:
  - { sql: insert into t values (1) }
  - { sql: delete from t }
  - ${wait}
`,
    "grace ends": `${table}
always: [{ name: empty, query: select count(*) from t, is: 0, grace: 300ms, every: 50ms }]
steps:
  - { sql: insert into t values (1) }
  - { name: stopped, query: select count(*) from t, is: 7, within: 30s }
`,
    // Not to see a node that a declared fault covers is excused; of another node it is not.
    excused: `
always: [{ name: sees it, query: select 1, node: replica1, is: 1, every: 100ms }]
steps:${outage(wait)}`,
    "not excused": `
always: [{ name: sees it, query: select 1, node: replica2, is: 1, every: 100ms }]
steps:
  - { exec: 'kill -9 $(head -1 "$PGDATA/postmaster.pid")', node: replica2 }${outage(wait)}`,
    during: `
always: [{ name: rule, query: select 1, is: 2, during: outage, every: 50ms }]
steps:
  - ${wait}${outage(wait)}`,
    outside: `
always: [{ name: rule, query: select 1, is: 2, outside: outage, every: 50ms }]
setup:
  - { query: select 1, is: 1 }
steps:${outage(wait)}`,
    "outside holds": `
always: [{ name: rule, expect: streaming, node: replica1, outside: outage, grace: 15s }]
steps:${outage(wait)}`,
    // A fault that never comes: the rule was never judged.
    "no sample": `
always: [{ name: rule, query: select 1, is: 1, during: outage, every: 50ms }]
steps:
  - { query: select 1, is: 1 }
  - fault: kill
    node: replica1
    as: outage
    when: target = compose
    for: 1s
`,
  }, { replicas: 2, allow: ["exec"] });
  passed(results.get("grace"));
  ended(results.get("grace ends"), {
    verdict: "failed",
    step: "empty",
    code: "Mismatch",
    seen: /master: 1/,
  });
  match(stepOf(results.get("grace ends"), "empty").problem!.notes[0]!, /grace is 300ms/);
  ended(results.get("grace ends"), {
    verdict: "failed",
    step: "stopped",
    code: "Stopped",
    seen: /invariant "empty" was violated/,
  });
  passed(results.get("excused"));
  const samples = stepOf(results.get("excused"), "sees it").evidence[0]!.text;
  match(samples, /[1-9]\d* samples judged, [1-9]\d* excused/);
  ended(results.get("not excused"), {
    verdict: "failed",
    step: "sees it",
    code: "Unreachable",
    seen: /connection|ECONNREFUSED|ECONNRESET|terminated/i,
  });
  ended(results.get("during"), { verdict: "failed", step: "rule", code: "Mismatch", seen: /1/ });
  // Nothing of it was judged before the fault.
  equal(
    stepOf(results.get("during"), "sleep 1500ms because the rule is to be sampled").verdict,
    "passed",
  );
  ended(results.get("outside"), { verdict: "failed", step: "rule", code: "Mismatch", seen: /1/ });
  passed(results.get("outside holds"));
  ended(results.get("no sample"), {
    verdict: "error",
    step: "rule",
    code: "NoSample",
    seen: /while "outage" was active/,
  });
});

Deno.test("exec runs a command in a node, only where that is allowed", async () => {
  const scenarios = {
    good: `${table}
steps:
  - { sql: insert into t values (1) }
  - { exec: 'test "$PGDATABASE" = mydb && test -f "$PGDATA/PG_VERSION" && id -u', not: "0", save: uid }
  - { exec: [sh, -c, "echo $1; exit 3", sh, a  b], error: 3, is: a b, node: all }
  - { query: "select :uid <> '0'", is: true }
`,
    status: "steps:\n  - { name: fails, exec: 'echo no such thing >&2; exit 2', is: '' }",
    output: "steps:\n  - { name: differs, exec: echo one, matches: ^two$ }",
    absent: "steps:\n  - { name: absent, exec: [no-such-program], is: '' }",
  };
  const allowed = await play(scenarios, { allow: ["exec"] });
  passed(allowed.get("good"));
  const fails = { verdict: "failed", step: "fails", code: "ExitStatus" };
  ended(allowed.get("status"), { ...fails, seen: /exit status 2: no such thing/ });
  const differs = { verdict: "failed", step: "differs", code: "Mismatch" };
  ended(allowed.get("output"), { ...differs, seen: /"one"/ });
  ended(allowed.get("absent"), {
    verdict: "error",
    step: "absent",
    code: "NodeError",
    seen: /no-such/,
  });
  for (const result of (await play(scenarios)).values()) {
    equal(result.verdict, "not-run");
    match(result.reason ?? "", /--allow exec/);
  }
});

Deno.test("do ends when its own time is over", async () => {
  const results = await play({
    late: `
steps:
  - { sql: begin, session: client }
  - { name: stops, do: stop, mode: smart, node: primary, within: 700ms }
  - { query: select 1, is: 1 }
`,
    inTime: "steps:\n  - { do: checkpoint, within: 20s }\n  - { query: select 1, is: 1 }",
  });
  ended(results.get("late"), {
    verdict: "failed",
    step: "stops",
    code: "NodeError",
    seen: /deadline of the step \(within 700ms\)/,
  });
  passed(results.get("inTime"));
});

Deno.test("cluster changes upstreams, slots and synchronous standbys, and fails when it cannot", async () => {
  const results = await play({
    cascade: `
cluster: { upstream: { replica2: replica1 }, slots: { replica1: one, replica2: two } }
steps:
  - { expect: upstream, node: replica2, is: replica1 }
  - { expect: upstream, node: replica1, is: master }
  - { query: select slot_name from pg_replication_slots where active, node: master, is: one }
  - { query: select slot_name from pg_replication_slots where active, node: replica1, is: two }
  - { sql: create table t (), save: { at: lsn } }
  - { expect: replayed, node: replica2, lsn: "\${at}", within: 20s }
`,
    "every slot": `
cluster: { slots: true }
steps:
  - query: select array_agg(slot_name::text order by 1) from pg_replication_slots where active
    is: [replica1, replica2]
  - { query: "show primary_slot_name", node: replica2, is: replica2 }
`,
    quorum: `
cluster: { synchronous: "ANY 1 (replica1, replica2)" }
steps:
  - { expect: sync_state, node: replicas, is: quorum }
`,
    delay: `
cluster: { delay: { replica2: 1min } }
steps:
  - { sql: create table t (), save: { at: lsn } }
  - { expect: replayed, node: replica1, lsn: "\${at}", within: 20s }
  - { name: not yet, expect: replayed, node: replica2, lsn: "\${at}", within: 1s }
`,
    // The primary has thrown the WAL away that replica1 needs: only the archive has it.
    archive: `
cluster: { archive: true, settings: { wal_keep_size: 0 } }
steps:
  - { query: show archive_mode, node: all, is: "on" }
  - { do: stop, node: replica1 }
  - { sql: "select pg_logical_emit_message(true, 'a', 'b'); select pg_switch_wal()", repeat: 3 }
  - { sql: create table last (), save: { at: lsn } }
  - { do: checkpoint }
  - query: select archived_count >= 3 and failed_count = 0 from pg_stat_archiver
    is: true
    within: 20s
  - { do: start, node: replica1 }
  - { expect: log, node: replica1, matches: restored log file, within: 20s }
  - { expect: replayed, node: replica1, lsn: "\${at}", within: 20s }
`,
    checksums: `
matrix: { wanted: [true, false] }
cluster: { checksums: "\${wanted}" }
steps:
  - { query: show data_checksums, node: all, is: "\${is}" }
vars: { is: "on" }
`,
    "primary follows": `
cluster: { upstream: { master: replica1 } }
steps:
  - { query: select 1, is: 1 }
`,
    "one too few": `
cluster: { replicas: 1, synchronous: "FIRST 1 (replica2)" }
steps:
  - { query: select 1, is: 1 }
`,
  }, { replicas: 2 });
  for (const name of ["cascade", "every slot", "quorum", "archive", "checksums[wanted=true]"]) {
    passed(results.get(name));
  }
  ended(results.get("checksums[wanted=false]"), {
    verdict: "failed",
    step: "query show data_checksums on all is on",
    code: "Mismatch",
    seen: /"off"/,
  });
  const late = { verdict: "failed", step: "not yet", code: "NotReplayed" };
  ended(results.get("delay"), { ...late, seen: /replica2/ });
  const missing = { verdict: "error", code: "NodeError" };
  ended(results.get("primary follows"), { ...missing, seen: /master.*no replica/ });
  ended(results.get("one too few"), { ...missing, seen: /1 synchronous.*replica2/ });
});

Deno.test("a matrix of versions never runs a case on another version", async () => {
  const results = await play({
    versions: `
matrix: { postgres: [15, 18], target: [local, compose] }
steps:
  - { query: "select current_setting('server_version_num')::int / 10000", is: "\${postgres}" }
`,
  });
  const told = [...results].map(([id, { verdict, reason }]) => [id, verdict, reason]);
  const here = told.filter(([, verdict]) => verdict === "passed").map(([id]) => id);
  equal(here.length <= 1, true);
  for (const [id, verdict, reason] of told) {
    if (here.includes(id)) continue;
    equal(verdict, "not-run");
    match(String(reason), /it is for (?:the compose target|PostgreSQL 1[58], here is)/);
  }
});
