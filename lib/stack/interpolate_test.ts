import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { interpolate, InterpolationError } from "./interpolate.ts";

const environment = { SET: "value", EMPTY: "", OTHER: "x}y" };

const cases: [string, string][] = [
  ["$SET ${SET} $$SET", "value value $SET"],
  ["${ABSENT:-x} ${EMPTY:-x} ${SET:-x}", "x x value"],
  ["${ABSENT-x} ${EMPTY-x} ${SET-x}", "x  value"],
  ["${ABSENT:+x} ${EMPTY:+x} ${SET:+x}", "  x"],
  ["${ABSENT+x} ${EMPTY+x} ${SET+x}", " x x"],
  ["${SET:?m} ${EMPTY?m}", "value "],
  ["${ABSENT:-a${EMPTY:-b${SET}}c}", "abvaluec"],
  ["${OTHER}", "x}y"],
  ["${ABSENT:-{}}", "{}"],
];

for (const [text, expected] of cases) {
  Deno.test(`interpolate() replaces ${text}`, () => {
    equal(interpolate(text, { environment }), expected);
  });
}

for (const text of ["${ABSENT:?m}", "${ABSENT?m}", "${EMPTY:?m}", "${SET", "$1", "${}", "${A b}"]) {
  Deno.test(`interpolate() refuses ${text}`, () => {
    throws(() => interpolate(`a ${text}`, { environment }), InterpolationError);
  });
}

Deno.test("interpolate() tells of names that stand for nothing, once each use", () => {
  const unset: string[] = [];
  const onUnset = (name: string) => unset.push(name);
  equal(interpolate("$A ${B} ${C:-} $constructor", { environment, onUnset }), "   ");
  deepEqual(unset, ["A", "B", "constructor"]);
});

Deno.test("interpolate() gives every text back whose dollars are doubled", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    equal(interpolate(text.replaceAll("$", "$$$$"), { environment }), text);
  }));
});
