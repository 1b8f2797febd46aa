/**
 * Faults of links on real servers: each shows that it bit, that it is gone, and refuses where it cannot bite.
 *
 * @module
 */
import { equal, match, rejects } from "node:assert/strict";
import { FaultError, type Together } from "../../lib/fault/kind.ts";
import { faults } from "../../lib/fault/registry.ts";
import { leave } from "../../lib/link/enter.ts";
import { follow } from "../../lib/operation/follow.ts";
import { promote } from "../../lib/operation/promote.ts";
import { rebuild } from "../../lib/operation/rebuild.ts";
import { Meeting } from "../../lib/step/together.ts";
import { found, onCluster, type Subject } from "./fact_fixture.ts";

/** Injects a fault as the step does. */
async function inject(
  { stage, signal }: Subject,
  name: string,
  step: { node?: string; words?: Record<string, unknown>; together?: Together },
) {
  const kind = faults.get(name)!;
  const { node, words = {}, together } = step;
  const nodes =
    await (kind.find?.(stage, { node, words }, signal) ?? stage.roles.find(node!, signal));
  equal(nodes.length, 1, nodes.map((each) => each.name).join(", "));
  return await kind.inject(stage, nodes[0]!, words, signal, together);
}

Deno.test("partition cuts a link, and the link flows again afterwards", async () => {
  await onCluster({ replicas: 2 }, async (subject) => {
    const { stage, signal } = subject;
    await subject.write("create table t (id int)");
    const cut = await inject(subject, "partition", { words: { between: ["replica1", "primary"] } });
    match(cut.proof, /stands still in the link: replica1 has received up to/);
    const lsn = await subject.write("insert into t values (1)");
    found(await subject.until("replayed", true, { node: "replica2", words: { lsn } }), {
      holds: true,
    });
    found(await subject.look("replayed", { node: "replica1", words: { lsn } }), {
      holds: false,
      code: "NotReplayed",
    });
    // Both still say so: only the bytes tell.
    found(await subject.look("streaming", { node: "replica1" }), { holds: true });
    found(await subject.look("upstream", { node: "replica1", compare: { is: "master" } }), {
      holds: true,
    });
    await rejects(inject(subject, "partition", { node: "replica1" }), /cut already/);
    match(await cut.heal(signal), /receives from master again/);
    await subject.until("replayed", true, { node: "replica1", words: { lsn } });

    const deaf = await inject(subject, "partition", {
      node: "replica1",
      words: { direction: "upstream" },
    });
    match(deaf.proof, /confirmations of replica1 for master stand still/);
    const more = await subject.write("insert into t values (2)");
    await subject.until("replayed", true, { node: "replica1", words: { lsn: more } });
    await deaf.heal(signal);

    await rejects(inject(subject, "partition", { node: "master" }), FaultError);
    await rejects(
      inject(subject, "partition", { words: { between: ["replica1", "replica2"] } }),
      /no link between replica1 and replica2: replica1 receives from master/,
    );
    await leave(stage, signal);
    await subject.until("streaming", true);
    equal(stage.links.at(subject.node("replica1"), 1), undefined);
  });
});

Deno.test("a cut link keeps what its dead primary had left, and operations keep to the relay", async () => {
  await onCluster({ replicas: 2 }, async (subject) => {
    const { stage, signal } = subject;
    const { master, replica1, replica2 } = Object.fromEntries(
      ["master", "replica1", "replica2"].map((name) => [name, subject.node(name)]),
    ) as Record<string, ReturnType<typeof subject.node>>;
    await subject.write("create table t (id int)");
    await subject.until("caught_up", true);
    const meeting = new Meeting(2);
    const cuts = await Promise.all(
      ["replica1", "replica2"].map((node) =>
        inject(subject, "partition", { node, together: () => meeting.meet() })
      ),
    );
    await subject.write("insert into t select generate_series(1, 1000)");
    await master!.kill(signal);
    await promote.perform(stage, [replica1!], {}, signal);
    match(await cuts[0]!.heal(signal), /the link is open; master is stopped|was promoted/);
    match(await cuts[1]!.heal(signal), /the link is open; master is stopped/);
    const count = async (name: string) => (await subject.sql(name, "select count(*) from t")).rows;
    equal(Number((await count("replica1"))[0]![0]), 0);
    equal(Number((await count("replica2"))[0]![0]), 0);
    await follow.perform(stage, [replica2!], { of: "replica1" }, signal);
    const cut = await inject(subject, "partition", { words: { between: ["primary", "replica2"] } });
    await cut.heal(signal);
    await rebuild.perform(stage, [replica2!], {}, signal);
    equal(stage.links.via(replica2!, replica1!)?.host, "127.0.0.1");
    const again = await inject(subject, "partition", { node: "replica2" });
    await replica2!.stop("immediate", signal);
    match(await again.heal(signal), /the link is open; replica2 is stopped/);
  });
});

Deno.test("links are slow, narrow, torn and half open", async () => {
  const settings = { wal_retrieve_retry_interval: "100ms" };
  await onCluster({ replicas: 1, settings }, async (subject) => {
    const { signal } = subject;
    const node = "replica1";
    const between = ["replica1", "primary"];

    const slow = await inject(subject, "slow_network", {
      words: { between, delay: 50, jitter: 5 },
    });
    const [, trip] = /takes ([\d.]+) ms, it took/.exec(slow.proof)!;
    equal(Number(trip) >= 90, true, slow.proof);
    match(await slow.heal(signal), /receives from master again/);
    for (const direction of ["downstream", "upstream"]) {
      const lossy = await inject(subject, "slow_network", {
        node,
        words: { direction, loss: 0.3 },
      });
      match(lossy.proof, /\d+ had to be sent again/);
      await lossy.heal(signal);
    }

    const narrow = await inject(subject, "throttle", { node, words: { rate: 64 * 1024 } });
    match(narrow.proof, /replica1 receives [\d.]+kB\/s from master, the limit is 64kB\/s/);
    await narrow.heal(signal);

    const torn = await inject(subject, "reset_connections", { node });
    match(torn.proof, /lost its connection to master by (RST|FIN)/);
    await torn.heal(signal);

    const deaf = await inject(subject, "half_open", { node });
    match(deaf.proof, /one end is closed, the other does not know: replica1 has receiver \d+/);
    found(await subject.look("streaming"), { holds: false, code: "NoSender" });
    await deaf.heal(signal);
    const mute = await inject(subject, "half_open", { node, words: { direction: "upstream" } });
    match(mute.proof, /the other does not know: master has sender \d+/);
    await mute.heal(signal);
    const late = await inject(subject, "half_open", { node, words: { delay: 200 } });
    match(late.proof, /until 200 ms later/);
    await late.heal(signal);

    await subject.node(node).stop("fast", signal);
    for (const name of ["slow_network", "throttle", "reset_connections", "half_open"]) {
      await rejects(inject(subject, name, { node, words: { rate: 1, delay: 1 } }));
    }
    await subject.node(node).start(signal);
  });
});

Deno.test("conditions of a link change while they last: what is added and what ends is felt", async () => {
  await onCluster({ replicas: 1 }, async (subject) => {
    const { signal } = subject;
    const node = "replica1";
    const slow = (direction: string, delay: number) =>
      inject(subject, "slow_network", { node, words: { direction, delay } });
    /** How long a round trip takes before and with one more fault, in milliseconds. */
    const trips = (proof: string) =>
      /takes ([\d.]+) ms, it took ([\d.]+) ms/.exec(proof)!.slice(1).map(Number);

    const first = await slow("downstream", 40);
    const second = await slow("downstream", 60);
    const [both, one] = trips(second.proof);
    equal(one! >= 40 && both! >= 100, true, second.proof);
    const third = await slow("upstream", 80);
    equal(trips(third.proof)[0]! >= 180, true, third.proof);

    const cut = await inject(subject, "partition", { node, words: { direction: "upstream" } });
    await cut.heal(signal);
    // What began first may end first.
    await first.heal(signal);
    const narrow = await inject(subject, "throttle", { node, words: { rate: 64 * 1024 } });
    match(narrow.proof, /the limit is 64kB\/s/);
    await third.heal(signal);
    const again = await slow("upstream", 50);
    const [, left] = trips(again.proof);
    equal(left! >= 60, true, again.proof);
    for (const fault of [again, narrow, second]) {
      match(await fault.heal(signal), /receives from master again/);
    }
  });
});
