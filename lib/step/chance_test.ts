import { deepEqual, equal, notDeepEqual, ok } from "node:assert/strict";
import { seededRandom } from "../run/random.ts";
import { draws } from "./chance.ts";

const schedule = (seed: number, count = 5) => draws(seededRandom(seed), count).take(500).toArray();

Deno.test("draws() gives the same schedule for the same seed, and another for another", () => {
  deepEqual(schedule(7), schedule(7));
  notDeepEqual(schedule(7), schedule(8));
});

Deno.test("draws() draws every fault, every place and nothing else", () => {
  const all = schedule(1);
  const counts = Map.groupBy(all, ({ fault }) => fault);
  deepEqual([...counts.keys()].toSorted(), [0, 1, 2, 3, 4]);
  for (const [fault, drawn] of counts) ok(drawn.length > 50, `${fault}: ${drawn.length}`);
  equal(new Set(all.map(({ where }) => Math.floor(where * 4))).size, 4);
  ok(all.every(({ where }) => where >= 0 && where < 1));
  ok(all.every(({ calmMs, holdMs }) => calmMs >= 50 && calmMs <= 800 && holdMs <= 1500));
});

Deno.test("the ten minutes of the examples are the schedule that ships, but for the time", async () => {
  const [ten, shipped] = await Promise.all(
    ["examples/soak/ten-minutes.yaml", "scenarios/faults/random-schedule.yaml"].map(
      async (file) => {
        const text = await Deno.readTextFile(file);
        return text.slice(text.indexOf("cluster:")).split("\n");
      },
    ),
  );
  const differing = shipped!.filter((line, index) => line !== ten![index]);
  deepEqual([ten!.length, differing], [shipped!.length, ["    for: 8s"]]);
});
