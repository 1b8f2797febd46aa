import { equal } from "node:assert/strict";
import { endOfRecord } from "./wal.ts";

Deno.test("endOfRecord() leaves a position inside a page alone", () => {
  equal(endOfRecord("0/3000148"), "0/3000148");
});

Deno.test("endOfRecord() steps back over a page header, short or long", () => {
  equal(endOfRecord("0/3002018"), "0/3002000");
  equal(endOfRecord("0/4000028"), "0/4000000");
});
