import { deepEqual } from "node:assert/strict";
import { readDocument } from "./document.ts";
import { merge } from "./merge.ts";
import { SourceFile } from "./source_file.ts";
import { toData } from "./tree.ts";

const names = { shown: "c.yaml", name: "c.yaml", path: "/c.yaml", base: "/" };
const read = (text: string) => readDocument(new SourceFile(names, text));
const merged = (base: string, over: string) => toData(merge(read(base), read(over)));

Deno.test("merge() joins maps and lists, replaces scalars and commands", () => {
  deepEqual(
    merged(
      "services: { a: { image: x, command: [one, two], ports: [1], environment: { A: 1, B: 1 } } }",
      "services: { a: { image: y, command: [three], ports: [2], environment: { B: 2 } } }",
    ),
    {
      services: {
        a: { image: "y", command: ["three"], ports: [1, 2], environment: { A: 1, B: 2 } },
      },
    },
  );
});

Deno.test("merge() carries out !reset and !override, also where nothing lies under", () => {
  deepEqual(
    merged(
      "a: [1]\nb: [1]\nc: { d: 1, e: 1 }",
      "a: !reset null\nb: !override [2]\nc: { d: !reset null }\nn: { m: !reset [] }",
    ),
    { b: [2], c: { e: 1 }, n: {} },
  );
});

Deno.test("merge() keeps what a key without value would cover", () => {
  deepEqual(merged("a: { b: 1 }\nc: [1]\nd: 1", "a:\nc:\nd:\n"), { a: { b: 1 }, c: [1], d: null });
});
