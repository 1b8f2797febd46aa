import { deepEqual, equal } from "node:assert/strict";
import { Lines } from "./lines.ts";

Deno.test("Lines counts lines and columns from 1 and stays inside the text", () => {
  const lines = new Lines("ab\n\ncd\n");
  deepEqual([-1, 0, 2, 3, 4, 7, 99].map((offset) => Object.values(lines.place(offset))), [
    [1, 1],
    [1, 1],
    [1, 3],
    [2, 1],
    [3, 1],
    [4, 1],
    [4, 1],
  ]);
  equal(lines.last, 3);
  equal(new Lines("").last, 1);
});
