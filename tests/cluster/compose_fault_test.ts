/**
 * Faults in containers that are made otherwise than on this machine, or go other ways: full disks, a
 * starved processor, and every disturbance of links.
 *
 * @module
 */
import { equal, match, rejects } from "node:assert/strict";
import { join } from "node:path";
import type { RunEvent } from "../../lib/result/event.ts";
import type { Result } from "../../lib/result/model.ts";
import { openComposeTarget } from "../../lib/cluster/compose/target.ts";
import { faults } from "../../lib/fault/registry.ts";
import { readStack } from "../../lib/stack/read.ts";
import { command } from "../command.ts";
import { composeTest } from "./compose_fixture.ts";
import { stageOn } from "./fact_fixture.ts";

/** What each fault must say there. */
const proofs: Record<string, RegExp> = {
  disk_full: /disk of .*'s (data|wal) is full, \d.*MB were taken; it says: .*No space left/,
  starve_cpu: /may use 5% of a processor: the kernel made it wait in [1-9]\d* periods/,
  partition: /stands? still in the link/,
  slow_network: /\bms\b/,
  throttle: /receives .*\/s from .*, the limit is 256kB\/s/,
  reset_connections: /replica1/,
  half_open: /replica2/,
};

composeTest("disks are full and links disturbed in containers", async (t) => {
  const folder = await Deno.makeTempDir();
  try {
    const out = join(folder, "out");
    const files = ["disks", "links", "cpu"].map((name) => `examples/reference/${name}.yaml`);
    // One process alone never needs more than all of a processor: this does not bite.
    const mild = (await Deno.readTextFile("examples/reference/cpu.yaml")).replace("5%", "100%");
    const mildFile = join(folder, "mild.yaml");
    await Deno.writeTextFile(mildFile, mild);
    const paths = [...files, mildFile];
    const ran = await command("verify", "--target", "compose", "--out", out, ...paths);
    const result: Result = JSON.parse(await Deno.readTextFile(join(out, "result.json")));
    for (const { id, verdict, problems, steps } of result.cases) {
      if (id === mildFile) {
        const seen = steps.map(({ problem }) => problem?.seen).join("\n");
        equal(verdict, "error", seen);
        match(seen, /may use 100% only, but never had to wait/);
        continue;
      }
      equal(verdict, "passed", `${id}: ${JSON.stringify(problems)} ${ran.out}`);
    }
    const lines = (await Deno.readTextFile(join(out, "events.ndjson"))).trim().split("\n");
    const events: RunEvent[] = lines.map((line) => JSON.parse(line));
    const active = events.filter((event) => event.type === "fault" && event.change === "active");
    for (const [fault, said] of Object.entries(proofs)) {
      await t.step(fault, () => {
        const found = active.filter((event) => event.type === "fault" && event.fault === fault);
        equal(found.length > 0, true, `${fault} was not injected`);
        for (const event of found) match(event.type === "fault" ? event.proof : "", said);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

composeTest(
  "a starved node that could not be healed is said, and is healed later",
  async (t, signal) => {
    await using open = new AsyncDisposableStack();
    const stack = await readStack("compose.yaml");
    const target = await openComposeTarget(stack, { signal, ahead: 0 });
    open.defer(() => target.close());
    const change = { settings: {}, nodeSettings: {}, replicas: 0 };
    const cluster = await target.create({ change, signal });
    open.defer(() => cluster.remove());
    const stage = open.use(await stageOn(cluster, stack, signal));
    const [master] = cluster.nodes;
    const starve = () => faults.get("starve_cpu")!.inject(stage, master!, { share: 0.05 }, signal);

    await t.step("no time is left for it", async () => {
      const fault = await starve();
      await rejects(fault.heal(AbortSignal.abort(new Error("out of time"))), /out of time/);
      match(await fault.heal(signal), /master works without waiting/);
    });

    await t.step("somebody else starves it again meanwhile", async () => {
      const fault = await starve();
      let isThere = true;
      // What takes the limit away is followed by what sets it: healing must look, not believe.
      const limitCpu = master!.limitCpu!.bind(master);
      master!.limitCpu = async (share, limit) => {
        const before = await limitCpu(share, limit);
        if (isThere) await limitCpu(0.05, limit);
        return before;
      };
      await rejects(fault.heal(signal), /has no limit any more, but had to wait \d+ times/);
      isThere = false;
      match(await fault.heal(signal), /master works without waiting/);
    });
  },
);
