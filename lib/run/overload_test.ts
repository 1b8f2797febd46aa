import { equal } from "node:assert/strict";
import { overload } from "./overload.ts";

Deno.test("overload() counts what waits for each processor in the last minute", () => {
  equal(overload([50.4, 1, 1], 2), "the machine is overloaded: a load of 50 on 2 processors");
  equal(overload([8, 0, 0], 1), "the machine is overloaded: a load of 8 on 1 processor");
  equal(overload([15.9, 99, 99], 2), undefined);
  equal(overload([], 2), undefined);
});
