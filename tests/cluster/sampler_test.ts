/**
 * What the pictures of reports are made of, seen on real servers.
 *
 * @module
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import type { EventBody, Sampled } from "../../lib/result/event.ts";
import { Sampler } from "../../lib/run/sampler.ts";
import { sleep } from "../../lib/time/sleep.ts";
import { onCluster, type Subject } from "./fact_fixture.ts";

/** The samples of a sampler; waits for one that is as wanted. */
class Samples {
  readonly all: Sampled[] = [];

  readonly take = (event: EventBody): void => {
    if (event.type === "sampled") this.all.push(event);
  };

  async until(on: Subject, isWanted: (sample: Sampled) => boolean): Promise<Sampled> {
    const from = this.all.length;
    for (;;) {
      const found = this.all.slice(from).find(isWanted);
      if (found) return found;
      await sleep(20, on.signal);
    }
  }
}

function valueOf({ values }: Sampled, name: string, node?: string): number | null | undefined {
  return values.find((each) => each.name === name && each.node === node)?.value;
}

Deno.test("Sampler sees roles, lag and what became of writes, and stops when told", () =>
  onCluster({}, async (on) => {
    const samples = new Samples();
    await on.write("create table orders (id bigint primary key)");
    on.load({});
    {
      await using _sampler = new Sampler(on.stage, samples.take);
      const healthy = await samples.until(
        on,
        (each) =>
          (valueOf(each, "orders.acknowledged") ?? 0) > 0 &&
          valueOf(each, "lag_bytes", "replica1") !== null,
      );
      deepEqual(healthy.roles, { master: "primary", replica1: "replica", replica2: "replica" });

      await on.sql("replica1", "select pg_wal_replay_pause()");
      await samples.until(on, (each) => (valueOf(each, "lag_bytes", "replica1") ?? 0) > 1000);
      await samples.until(on, (each) => (valueOf(each, "lag_time", "replica1") ?? 0) > 300);
      await on.sql("replica1", "select pg_wal_replay_resume()");
      await samples.until(on, (each) => valueOf(each, "lag_time", "replica1") === 0);

      await on.node("replica1").pause(on.signal);
      await samples.until(on, ({ roles }) => roles.replica1 === "silent");
      await on.node("replica1").resume(on.signal);
      await samples.until(on, ({ roles }) => roles.replica1 === "replica");

      await on.node("replica2").kill(on.signal);
      const down = await samples.until(on, ({ roles }) => roles.replica2 === "down");
      equal(valueOf(down, "lag_bytes", "replica2"), null);

      await on.node("master").kill(on.signal);
      const lost = await samples.until(on, ({ roles }) => roles.master === "down");
      equal(valueOf(lost, "lag_bytes", "replica1"), null);
      await samples.until(on, (each) => valueOf(each, "orders.acknowledged") === 0);
    }
    const { length } = samples.all;
    await sleep(500, on.signal);
    equal(samples.all.length, length);
    ok(length > 5);
  }));
