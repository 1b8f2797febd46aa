import { equal } from "node:assert/strict";
import { parseSize } from "../sql/size.ts";
import { parseDuration } from "../time/duration.ts";
import { respelt } from "./respelt.ts";

const isTime = (text: string) => parseDuration(text) !== undefined;
const isSize = (text: string) => parseSize(text) !== undefined;

Deno.test("respelt() knows how people spell units, for what is asked", () => {
  equal(respelt("10 seconds", isTime), "10s");
  equal(respelt("1m", isTime), "1min");
  equal(respelt("1M", isSize), "1MB");
  equal(respelt("1.5 GiB", isSize), "1.5GB");
  equal(respelt("200 tps", (text) => text === "200/s"), "200/s");
  equal(respelt("4mb per second", (text) => text.endsWith("MB/s")), "4MB/s");
});

Deno.test("respelt() has nothing to say of what is no spelling", () => {
  for (const text of ["", "10", "5 bananas", "10MB", "-3 sec", "s"]) {
    equal(respelt(text, isTime), undefined, text);
  }
});
