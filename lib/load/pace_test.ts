import { equal, match } from "node:assert/strict";
import { Pace } from "./pace.ts";

Deno.test("Pace() has nothing to say of a generator that wakes on time", () => {
  const pace = new Pace(0, () => 0);
  for (let at = 50; at <= 1000; at += 50) pace.woke(at, at + 5);
  equal(pace.trouble(0, 1000), undefined);
  equal(pace.trouble(1000, 1000), undefined);
});

Deno.test("Pace() says that the generator was stalled, in the time that is asked about", () => {
  const pace = new Pace(0, () => 0);
  pace.woke(50, 450);
  for (let at = 500; at <= 3000; at += 50) pace.woke(at, at);
  match(pace.trouble(0, 1000)!, /stalled 40 %/);
  equal(pace.trouble(1000, 3000), undefined);
});

Deno.test("Pace() says that the processor had no time left", () => {
  let busyMs = 0;
  const pace = new Pace(0, () => busyMs);
  for (let at = 100; at <= 1000; at += 100) {
    busyMs = at * 0.99;
    pace.woke(at, at);
  }
  match(pace.trouble(0, 1000)!, /no time left/);
  for (let at = 1100; at <= 2000; at += 100) pace.woke(at, at);
  equal(pace.trouble(1000, 2000), undefined);
});
