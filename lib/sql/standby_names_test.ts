import { deepEqual, equal } from "node:assert/strict";
import { standbyNames } from "./standby_names.ts";

Deno.test("standbyNames() reads every form of the setting", () => {
  const first = { method: "first", count: 1 };
  deepEqual(standbyNames("FIRST 2 (a, b, c)"), {
    method: "first",
    count: 2,
    names: ["a", "b", "c"],
  });
  deepEqual(standbyNames("any 1(a,b)"), { method: "any", count: 1, names: ["a", "b"] });
  deepEqual(standbyNames("1 (a)"), { ...first, names: ["a"] });
  deepEqual(standbyNames("a, b"), { ...first, names: ["a", "b"] });
  deepEqual(standbyNames("*"), { ...first, names: ["*"] });
  deepEqual(standbyNames(`"my ""first"""`), { ...first, names: [`my "first"`] });
});

Deno.test("standbyNames() refuses what the server refuses", () => {
  for (
    const text of ["", "FIRST (a)", "FIRST 1 a", "FIRST 0 (a)", "a,,b", "ANY 1 (a", "some-node"]
  ) {
    equal(standbyNames(text), undefined, text);
  }
});
