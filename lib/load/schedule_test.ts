import { equal, throws } from "node:assert/strict";
import { Schedule } from "./schedule.ts";

function taken(schedule: Schedule, now: number): number[] {
  const found = [];
  while (schedule.isDue(now)) found.push(schedule.take());
  return found;
}

Deno.test("Schedule() makes operations due at start + n / rate", () => {
  const schedule = new Schedule(1000, 200);
  equal(schedule.at(1), 1005);
  equal(schedule.at(200), 2000);
  equal(taken(schedule, 1004.9).join(), "");
  equal(taken(schedule, 1010).join(), "1,2");
  equal(taken(schedule, 1010).join(), "");
});

Deno.test("Schedule() keeps what a stall made due, in order and at its own time", () => {
  const schedule = new Schedule(0, 100);
  equal(taken(schedule, 10).join(), "1");
  equal(taken(schedule, 50).join(), "2,3,4,5");
  equal(schedule.at(2), 20);
});

Deno.test("Schedule() does not drift over a million operations", () => {
  equal(new Schedule(0, 3).at(3_000_000), 1_000_000_000);
});

Deno.test("Schedule() refuses a rate of nothing", () => {
  throws(() => new Schedule(0, 0), RangeError);
});
