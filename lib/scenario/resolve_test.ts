import { deepEqual, equal, throws } from "node:assert/strict";
import { resolveRefs, UnsavedError } from "./resolve.ts";

const saved = new Map<string, unknown>([["count", 3], ["rows", [[1], [2]]]]);

Deno.test("resolveRefs() keeps the type of a saved value", () => {
  equal(resolveRefs({ ref: "count" }, saved), 3);
});

Deno.test("resolveRefs() reaches into lists and maps and leaves the rest", () => {
  const at = new Date(0);
  deepEqual(resolveRefs({ is: [{ ref: "rows" }, "x"], below: null, at }, saved), {
    is: [[[1], [2]], "x"],
    below: null,
    at,
  });
});

Deno.test("resolveRefs() refuses a name that has no value", () => {
  throws(() => resolveRefs([{ ref: "other" }], saved), UnsavedError);
});
