import { deepEqual, equal, throws } from "node:assert/strict";
import { readDocument } from "./document.ts";
import { StackError } from "./error.ts";
import { SourceFile } from "./source_file.ts";
import { placeAt, toData } from "./tree.ts";

const names = { shown: "c.yaml", name: "c.yaml", path: "/c.yaml", base: "/" };
const read = (text: string) => readDocument(new SourceFile(names, text));

Deno.test("readDocument() expands anchors, aliases and merge keys", () => {
  const text = `
x-one: &one { a: 1, b: 1 }
x-two: &two { b: 2, c: 2 }
map: { <<: [*one, *two], c: 3 }
nested: { <<: { <<: *one, d: 4 } }
list: [*one]
`;
  const data = toData(read(text)) as Record<string, unknown>;
  deepEqual(data.map, { a: 1, b: 1, c: 3 });
  deepEqual(data.nested, { a: 1, b: 1, d: 4 });
  deepEqual(data.list, [{ a: 1, b: 1 }]);
});

Deno.test("readDocument() reads scalars as Compose does", () => {
  const data = toData(read("a: 0123\nb: yes\nc: true\nd: 12345678901234567890\ne:\nf: 1.50\n"));
  deepEqual(data, { a: 83, b: "yes", c: true, d: "12345678901234567890", e: null, f: 1.5 });
});

Deno.test("readDocument() keeps the place of every part", () => {
  const { file, offset } = placeAt(read("a:\n  b: [1, two]\n"), ["a", "b", 1]);
  deepEqual(file.position(offset), { line: 2, column: 10 });
});

const bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" +
  Array.from({ length: 8 }, (_, n) => {
    return `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(", ")}]\n`;
  }).join("");

const refused: Record<string, [string, string]> = {
  "an alias bomb": [bomb, "too-big"],
  "an alias to its own parent": ["a: &a [*a]\n", "too-deep"],
  "a key given twice": ["a: 1\na: 2\n", "yaml"],
  "an alias to nothing": ["a: *b\n", "yaml"],
  "an unknown tag": ["a: !env X\n", "unsupported-yaml"],
  "two documents": ["a: 1\n---\nb: 1\n", "unsupported-yaml"],
  "a list": ["- a\n", "yaml"],
  "nothing": ["", "yaml"],
};

for (const [name, [text, code]] of Object.entries(refused)) {
  Deno.test(`readDocument() refuses ${name}`, () => {
    throws(() => read(text), (error) => {
      if (!(error instanceof StackError)) throw error;
      equal(error.code, code);
      return true;
    });
  });
}
