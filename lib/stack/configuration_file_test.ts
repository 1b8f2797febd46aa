import { deepEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { ConfigurationError, parseConfiguration } from "./configuration_file.ts";

const values: [string, string][] = [
  ["a = 1", "1"],
  ["a=1", "1"],
  ["a 1", "1"],
  ["  a\t=\t64MB # comment", "64MB"],
  ["a = -1\r", "-1"],
  ["a = 1.5e3", "1.5e3"],
  ["a = 0x1F", "0x1F"],
  ["a = on#comment", "on"],
  ["a = C.UTF-8", "C.UTF-8"],
  ["a = 'it''s # no comment'", "it's # no comment"],
  ["a = 'x\\'y\\\\z\\n\\101\\q'", "x'y\\z\nAq"],
  ["a = ''", ""],
  ["a''", ""],
];

for (const [line, value] of values) {
  Deno.test(`parseConfiguration() reads ${JSON.stringify(line)}`, () => {
    deepEqual(parseConfiguration(`\n# a = 0\n${line}\n`), [{ name: "a", value, line: 3 }]);
  });
}

Deno.test("parseConfiguration() keeps names with a prefix, and repeated ones in order", () => {
  deepEqual(parseConfiguration("a.b = 1\nC = 2\nc = 3\ninclude 'x'"), [
    { name: "a.b", value: "1", line: 1 },
    { name: "C", value: "2", line: 2 },
    { name: "c", value: "3", line: 3 },
    { name: "include", value: "x", line: 4 },
  ]);
});

const refused = [
  "a",
  "a =",
  "= 1",
  "a = 1 2",
  "a = 1.5GB",
  "a = *",
  "a = /x",
  "a = 'x",
  "a = x, y",
  "a = b.c",
];
for (const line of refused) {
  Deno.test(`parseConfiguration() refuses ${line}`, () => {
    throws(() => parseConfiguration(`b = 1\n${line}`), ConfigurationError);
  });
}

Deno.test("parseConfiguration() gives every quoted text back", () => {
  const text = fc.string().filter((value) => !/[\n\0]/.test(value));
  fc.assert(fc.property(text, (value) => {
    const quoted = value.replaceAll("\\", "\\\\").replaceAll("'", "''");
    deepEqual(parseConfiguration(`a = '${quoted}'`), [{ name: "a", value, line: 1 }]);
  }));
});
