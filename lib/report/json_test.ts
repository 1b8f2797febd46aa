import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { foldEvents } from "../result/fold.ts";
import { mixedRun } from "../result/testdata/mixed_run.ts";
import { renderJson } from "./json.ts";

const result = foldEvents(mixedRun());

Deno.test("renderJson() loses nothing", () => {
  deepEqual(JSON.parse(renderJson(result)), JSON.parse(JSON.stringify(result)));
});

Deno.test("renderJson() gives the same bytes whatever the order of keys", () => {
  const shuffled = JSON.parse(
    JSON.stringify(result),
    (_key, value) =>
      typeof value !== "object" || value === null || Array.isArray(value)
        ? value
        : Object.fromEntries(Object.entries(value).reverse()),
  );
  notEqual(JSON.stringify(shuffled), JSON.stringify(result));
  equal(renderJson(shuffled), renderJson(result));
});

Deno.test("renderJson() begins with the schema and ends with a newline", () => {
  ok(renderJson(result).startsWith('{\n  "schema": "pgproof/result/1",\n  "run": {'));
  ok(renderJson(result).endsWith("\n}\n"));
});
