/**
 * The load generator against real servers: what the ledger says is what the tables hold, whatever
 * happens to the servers meanwhile.
 *
 * @module
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { Fate, Operation, RunningLoad } from "../../lib/load/model.ts";
import { sleep } from "../../lib/time/sleep.ts";
import { onCluster, type Subject } from "./fact_fixture.ts";

const table = "create table orders (id bigint primary key)";

function loadOf(subject: Subject): RunningLoad {
  return subject.stage.loads.get("orders")!;
}

/** Waits until so many operations have that fate. */
async function reach(subject: Subject, fate: Fate, count: number): Promise<void> {
  while (loadOf(subject).ledger.counts()[fate] < count) await sleep(5, subject.signal);
}

function acknowledged(subject: Subject): number {
  return loadOf(subject).ledger.counts().acknowledged;
}

async function idsIn(subject: Subject, node = "master"): Promise<Set<number>> {
  const { rows } = await subject.sql(node, "select id from orders");
  return new Set(rows.map(([id]) => Number(id)));
}

/** The ledger against the table: which acknowledged are missing, which refused are there. */
async function discrepancies(subject: Subject, node = "master") {
  const { ledger } = loadOf(subject);
  const present = await idsIn(subject, node);
  const refused = ledger.ids("refused");
  const lost = [...ledger.ids("acknowledged")].filter((id) => !present.has(id));
  const phantoms = [...present].filter((id) => refused.has(id));
  const known = ledger.operations.map(({ n }) => n);
  const foreign = [...present].filter((id) => !known.includes(id));
  return { lost, phantoms, foreign };
}

const none = { lost: [], phantoms: [], foreign: [] };

Deno.test("startLoad() sends each operation once, in order, and acknowledges it", () =>
  onCluster({ replicas: 0 }, async (subject) => {
    await subject.write(table);
    subject.load({ ratePerSecond: 500, clients: 2 });
    await reach(subject, "acknowledged", 200);
    await subject.end();
    await subject.end();
    const load = loadOf(subject);
    const counts = load.ledger.counts();
    equal(counts.unknown, 0);
    equal(counts.sent, counts.acknowledged);
    deepEqual(await idsIn(subject), load.ledger.ids("acknowledged"));
    deepEqual([...load.ledger.ids("acknowledged")].sort((a, b) => a - b).slice(0, 200).at(-1), 200);
    ok(load.rate(60_000) > 0);
    equal(load.measures().find(({ name }) => name === "orders.latency")!.n, counts.acknowledged);
    const before = load.ledger.operations.length;
    await sleep(50, subject.signal);
    equal(load.ledger.operations.length, before);
  }));

Deno.test("startLoad() sends text of any kind, empty text and null as they are", () =>
  onCluster({ replicas: 0 }, async (subject) => {
    await subject.write("create table orders (id bigint primary key, a text, b text, c text)");
    const vars = { plain: "it's \\ “ü€😀”\n", empty: "", nothing: null };
    const statements = ["insert into orders values (:n, :plain, :empty, :nothing)"];
    subject.load({ ratePerSecond: 200, clients: 2, statements, vars });
    await reach(subject, "acknowledged", 20);
    await subject.end();
    const { rows } = await subject.sql("master", "select distinct a, b, c from orders");
    deepEqual(rows, [[vars.plain, "", null]]);
    deepEqual(await idsIn(subject), loadOf(subject).ledger.ids("acknowledged"));
  }));

Deno.test("startLoad() knows what a killed primary kept", () =>
  onCluster({ replicas: 0 }, async (subject) => {
    const clients = 4;
    const master = subject.node("master");
    await subject.write(table);
    subject.load({ ratePerSecond: 1000, clients });
    await reach(subject, "acknowledged", 200);
    await master.kill(subject.signal);
    await reach(subject, "refused", 20);
    const during = acknowledged(subject);
    await master.start(subject.signal);
    await reach(subject, "acknowledged", during + 100);
    await subject.end();
    const { ledger } = loadOf(subject);
    deepEqual(await discrepancies(subject), none);
    ok(ledger.counts().unknown <= clients, `${ledger.counts().unknown} are unknown`);
    const refused = ledger.operations.filter(({ fate }) => fate === "refused");
    ok(refused.every(({ sentAt, node }) => Number.isNaN(sentAt) && node === ""));
    ok(refused.some(({ code }) => /^(ECONNREFUSED|57P03|lost|ECONNRESET)$/.test(code!)));
    const ids = ledger.operations.map(({ n }) => n).sort((a, b) => a - b);
    deepEqual(ids, ids.map((_, index) => index + 1), "every scheduled operation has a fate");
  }));

Deno.test("startLoad() shows a frozen server as latency, of every operation due meanwhile", () =>
  onCluster({ replicas: 0 }, async (subject) => {
    const master = subject.node("master");
    await subject.write(table);
    subject.load({ ratePerSecond: 200, clients: 2 });
    await reach(subject, "acknowledged", 50);
    await master.pause(subject.signal);
    const pausedAt = performance.now();
    await sleep(400, subject.signal);
    const resumedAt = performance.now();
    await master.resume(subject.signal);
    const load = loadOf(subject);
    await reach(subject, "acknowledged", Math.ceil((resumedAt - load.startedAt) / 5));
    await subject.end();
    const due = load.ledger.operations.filter(({ scheduledAt }) =>
      scheduledAt > pausedAt && scheduledAt < resumedAt
    );
    ok(due.length >= 79, `${due.length} were due`);
    ok(due.every(({ fate, endedAt }) => fate === "acknowledged" && endedAt > resumedAt));
    const of = (name: string) => load.measures().find((measure) => measure.name === name)!;
    ok(of("orders.latency").max >= resumedAt - pausedAt - 10);
    ok(of("orders.schedule_slip").max >= (resumedAt - pausedAt) / 2);
    ok(of("orders.service_time").median < of("orders.latency").max / 2);
    deepEqual(await discrepancies(subject), none);
  }));

Deno.test("startLoad() calls an answer with a WARNING unknown, though the row is there", () =>
  onCluster({ replicas: 0 }, async (subject) => {
    await subject.write(table);
    await subject.sql("master", "alter system set synchronous_standby_names = 'nobody'");
    await subject.sql("master", "select pg_reload_conf()");
    subject.load({ ratePerSecond: 50, clients: 1 });
    const cancel =
      "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'";
    await Promise.all([
      reach(subject, "unknown", 3).then(() => subject.end()),
      (async () => {
        while (loadOf(subject).endedAt === undefined || isWaiting(loadOf(subject))) {
          await subject.sql("master", cancel);
          await sleep(20, subject.signal);
        }
      })(),
    ]);
    const { ledger } = loadOf(subject);
    equal(ledger.counts().acknowledged, 0);
    const sent = ledger.operations.filter(({ sentAt }) => !Number.isNaN(sentAt));
    ok(sent.every(({ fate, code }) => fate === "unknown" && code === "warning"));
    const present = await idsIn(subject);
    ok(sent.every(({ n }) => present.has(n)));
  }));

function isWaiting({ ledger }: RunningLoad): boolean {
  const answered = ledger.operations.filter(({ sentAt }) => !Number.isNaN(sentAt)).length;
  return ledger.counts().sent > answered;
}

Deno.test("startLoad() is refused everything by a replica", () =>
  onCluster({ replicas: 1 }, async (subject) => {
    await subject.write(table);
    await subject.until("caught_up", true, { node: "replica1" });
    // Long enough for a client to look for a better server, and find the same.
    subject.load({ ratePerSecond: 100, clients: 2, node: "replica1" });
    await reach(subject, "refused", 150);
    await subject.end();
    const { ledger } = loadOf(subject);
    const { sent, acknowledged, unknown } = ledger.counts();
    deepEqual([acknowledged, unknown], [0, 0]);
    ok(sent >= 140, `${sent} were sent`);
    const answered = ledger.operations.filter(({ sentAt }) => !Number.isNaN(sentAt));
    ok(answered.every(({ code, node }) => code === "25006" && node === "replica1"));
    equal(loadOf(subject).rate(60_000), 0);
    equal((await idsIn(subject)).size, 0);
  }));

Deno.test("startLoad() makes several statements one transaction, and goes on after an error", () =>
  onCluster({ replicas: 0 }, async (subject) => {
    await subject.write(table);
    const statements = ["insert into orders values (:n)", "select 1 / (:n % 2)"];
    subject.load({ ratePerSecond: 200, clients: 1, statements });
    await reach(subject, "acknowledged", 20);
    await subject.end();
    const { ledger } = loadOf(subject);
    deepEqual(await discrepancies(subject), none);
    ok([...ledger.ids("acknowledged")].every((n) => n % 2 === 1));
    const answered = ledger.operations.filter(({ fate, code }) => fate === "refused" && code);
    ok(answered.some(({ code }) => code === "22012"));
    equal(ledger.counts().unknown, 0);
  }));

Deno.test("startLoad() leaves nothing but unknown behind when a frozen server never answers", () =>
  onCluster({ replicas: 0 }, async (subject) => {
    const master = subject.node("master");
    await subject.write(table);
    subject.load({ ratePerSecond: 200, clients: 3 });
    await reach(subject, "acknowledged", 30);
    await master.pause(subject.signal);
    await sleep(100, subject.signal);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new Error("ended by the test")), 200);
    await loadOf(subject).end(limit.signal);
    clearTimeout(timer);
    await master.resume(subject.signal);
    const { ledger } = loadOf(subject);
    equal(ledger.counts().unknown, 3);
    const lost = ledger.operations.filter(({ fate }) => fate === "unknown");
    ok(lost.every(({ code }: Operation) => code === "timeout"));
    deepEqual(await discrepancies(subject), none);
  }));

Deno.test("startLoad() finds the new primary after a failover", () =>
  onCluster({ replicas: 1 }, async (subject) => {
    await subject.write(table);
    await subject.until("caught_up", true, { node: "replica1" });
    subject.load({ ratePerSecond: 300, clients: 2 });
    await reach(subject, "acknowledged", 50);
    await subject.node("master").stop("fast", subject.signal);
    await subject.sql("replica1", "select pg_promote(true)");
    const before = acknowledged(subject);
    await reach(subject, "acknowledged", before + 50);
    await subject.end();
    const { operations } = loadOf(subject).ledger;
    const last = operations.findLast(({ fate }) => fate === "acknowledged")!;
    equal(last.node, "replica1");
    const there = await idsIn(subject, "replica1");
    const moved = operations.filter((each) =>
      each.fate === "acknowledged" && each.node === "replica1"
    );
    ok(moved.length >= 50 && moved.every(({ n }) => there.has(n)));
  }));

Deno.test("startLoad() performs weighted scripts with drawn parameters", () =>
  onCluster({ replicas: 0 }, async (subject) => {
    await subject.write("create table orders (id bigint primary key, account int, kind text)");
    await subject.write("create table counted (account int)");
    const insert = "insert into orders values (:n, :account, :kind)";
    subject.load({
      ratePerSecond: Infinity,
      clients: 3,
      scripts: [
        { weight: 3, statements: [insert] },
        { weight: 1, statements: [insert, "insert into counted values (:account)"] },
      ],
      draws: {
        account: { kind: "zipfian", low: 10, high: 19, skew: 1.5 },
        kind: { kind: "choice", values: ["in", "out"] },
      },
    });
    await reach(subject, "acknowledged", 400);
    await subject.end();
    deepEqual(await discrepancies(subject), none);
    const { rows } = await subject.sql(
      "master",
      `select min(account), max(account), count(distinct kind), count(*),
        (select count(*) from counted), mode() within group (order by account) from orders`,
    );
    const [low, high, kinds, all, counted, most] = rows[0]!.map(Number);
    deepEqual([low! >= 10, high! <= 19, kinds, most], [true, true, 2, 10]);
    // The seed is the case's, so the shares are the same every time.
    ok(counted! > all! * 0.15 && counted! < all! * 0.35, `${counted} of ${all}`);
    const names = loadOf(subject).measures().map(({ name }) => name);
    ok(names.includes("orders.service_time") && !names.includes("orders.latency"));
  }));

Deno.test("startLoad() spreads reads over replicas, and goes on when one of them is gone", () =>
  onCluster({ replicas: 2 }, async (subject) => {
    await subject.write(table);
    await subject.until("caught_up", true, { node: "replicas" });
    subject.load({});
    subject.load({
      name: "reads",
      scripts: [{ weight: 1, statements: ["select max(id) from orders"] }],
      node: "replicas",
      clients: 4,
      isRead: true,
    });
    const reads = subject.stage.loads.get("reads")!;
    const readOn = (node: string) =>
      reads.ledger.operations.filter((each) =>
        each.node === node && each.fate === "acknowledged" && each.value
      );
    while (readOn("replica1").length < 20 || readOn("replica2").length < 20) {
      await sleep(20, subject.signal);
    }
    await subject.node("replica1").stop("immediate", subject.signal);
    const before = readOn("replica2").length;
    while (readOn("replica2").length < before + 50) await sleep(20, subject.signal);
    await subject.end();
    await subject.end("reads");
    const { operations } = reads.ledger;
    ok(new Set(operations.map(({ client }) => client)).size >= 4);
    const written = loadOf(subject).ledger.counts().sent;
    const values = readOn("replica2").map(({ value }) => Number(value));
    ok(values.every((value) => value >= 1 && value <= written));
    // A replica that stays in recovery never goes back.
    ok(values.length >= 70 && values.at(-1)! > values[0]!);
    const nodes = reads.measures().filter(({ name }) => name === "reads.latency");
    deepEqual(nodes.map(({ node }) => node).sort(), ["replica1", "replica2", undefined]);
  }));
