/**
 * Planned changes of roles on real servers, each with a case where it must fail for the reason that
 * is expected.
 *
 * @module
 */
import { equal, match, ok } from "node:assert/strict";
import { found, onCluster } from "./fact_fixture.ts";
import { perform, refuses } from "./operation_fixture.ts";

Deno.test("switchover changes the primary, and everyone follows with all of its data", () =>
  onCluster({ replicas: 2 }, async (on) => {
    await on.write("create table item as select 1 as id");
    const evidence = await perform(on, "switchover", { node: "replica1" });
    const told = evidence.map((each) => each.text).join("\n");
    match(told, /no process of master is left after a fast shutdown/);
    match(
      told,
      /replica1 has all WAL of master: it replayed the checkpoint of the shutdown at 0\/\w+ on t.* 1/,
    );
    match(told, /replica1 was promoted from timeline 1: primary on timeline 2/);
    match(told, /replica2 follows replica1 without a restart/);
    match(told, /master follows replica1 after a start as its replica: replica on timeline 2/);
    await on.write("insert into item values (2)", "replica1");
    await on.until("caught_up", true, { node: "replicas" });
    found(await on.look("same_data"), { holds: true });
    await perform(on, "switchover", { node: "master" });
    found(await on.look("role", { node: "master", compare: { is: "primary" } }), { holds: true });
  }));

Deno.test("switchover refuses a node that does not stream, and leaves the primary alone", () =>
  onCluster({ replicas: 1 }, async (on) => {
    await refuses(perform(on, "switchover", { node: "master" }), /is the primary already/);
    await on.detach("replica1");
    const { pid } = on.node("master");
    await refuses(
      perform(on, "switchover", { node: "replica1" }),
      /Cannot switch over to replica1: its WAL receiver is absent; master sends to: nobody/,
    );
    equal(on.node("master").pid, pid);
    await on.node("master").stop("fast", on.signal);
    await refuses(perform(on, "switchover", { node: "replica1" }), /no primary answers/);
  }));

Deno.test("switchover starts the old primary again when nobody can prove that nothing is lost", () =>
  onCluster({ replicas: 1 }, async (on) => {
    await on.write("create table item as select 1 as id");
    await on.until("caught_up", true, { node: "replica1" });
    await on.pauseReplay("replica1");
    const limit = new AbortController();
    const signal = AbortSignal.any([limit.signal, on.signal]);
    const switching = perform(on, "switchover", { node: "replica1", signal });
    const refused = refuses(
      switching,
      /replica1 did not have all WAL of master: (replayed 0\/\w+, master was at 0\/\w+ before|nothing y)/,
    );
    const master = on.node("master");
    while (await master.state() !== "stopped") await new Promise((done) => setTimeout(done, 5));
    await on.until("streaming", false, { node: "replica1" });
    limit.abort(new Error("ended by the test"));
    await refused;
    found(await on.look("role", { node: "master", compare: { is: "primary" } }), { holds: true });
    found(await on.look("role", { node: "replica1", compare: { is: "replica" } }), { holds: true });
  }));

Deno.test("switchover is sure whatever the receiver logged at its end", () =>
  onCluster(
    { replicas: 1, nodeSettings: { replica1: { log_min_messages: "fatal" } } },
    async (on) => {
      await on.write("create table item as select 1 as id");
      await perform(on, "switchover", { node: "replica1" });
      found(await on.look("role", { node: "replica1", compare: { is: "primary" } }), {
        holds: true,
      });
      found(await on.look("same_data"), { holds: true });
    },
  ));

Deno.test("rebuild copies from a replica as well, and follows it", () =>
  onCluster({ replicas: 2 }, async (on) => {
    await on.write("create table item as select 1 as id");
    await on.until("caught_up", true, { node: "replicas" });
    const [evidence] = await perform(on, "rebuild", { node: "replica2", of: "replica1" });
    match(evidence!.text, /replica2 was rebuilt from replica1: replica on timeline 1/);
    const upstream = { node: "replica2", compare: { is: "replica1" } };
    found(await on.look("upstream", upstream), { holds: true });
    await on.write("insert into item values (2)");
    await on.until("same_data", true);
  }));

Deno.test("rewind brings a diverged primary back, and says when there is no pg_rewind", () =>
  onCluster({ replicas: 1, settings: { wal_log_hints: "on" } }, async (on) => {
    await on.write("create table item as select 1 as id");
    await on.until("caught_up", true, { node: "replica1" });
    await perform(on, "promote", { node: "replica1" });
    await on.sql("master", "insert into item values (100)");
    await on.sql("replica1", "insert into item values (2)");
    const rewinding = () => perform(on, "rewind", { node: "master", of: "replica1" });
    const error = await rewinding().then(() => undefined, (cause: Error) => cause);
    if (error && /no pg_rewind/.test(error.message)) {
      match(error.message, /Cannot rewind: there is no pg_rewind in npm:/);
      return;
    }
    equal(error, undefined);
    await on.until("caught_up", true, { node: "master" });
    const { rows } = await on.sql("master", "select id from item order by id");
    ok(rows.length === 2 && rows[1]![0] === 2, JSON.stringify(rows));
    const again = await rewinding();
    match(again[0]!.text, /no rewind required/);
  }));

Deno.test("start proves that a server refuses to start, and for which reason", () =>
  onCluster({ replicas: 1 }, async (on) => {
    const start = (fails: string) => perform(on, "start", { node: "replica1", fails });
    await refuses(start("anything"), /Cannot see replica1 fail to start: it is running/);
    await on.sql("replica1", "alter system set recovery_target_lsn = '0/1'");
    await on.sql("replica1", "alter system set recovery_target_name = 'x'");
    await on.node("replica1").stop("fast", on.signal);
    const [evidence] = await start("multiple recovery targets specified");
    match(evidence!.text, /replica1 did not come up, saying: .*multiple recovery targets/);
    await refuses(start("no such words"), /failed, but its log does not match/);
  }));
