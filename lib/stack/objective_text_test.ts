import { deepEqual, equal } from "node:assert/strict";
import { parseSize } from "../sql/size.ts";
import { parseDuration } from "../time/duration.ts";
import { objectiveTexts } from "./objective_text.ts";

Deno.test("objectiveTexts() says what is declared, without losing a bit of it", () => {
  const texts = objectiveTexts({
    mode: "sync",
    stalenessMs: 2000,
    rpoMs: 1234.5,
    rtoMs: 90_000,
    outageBytes: 64 * 1024 ** 2,
    walRetainedBytes: 1.5 * 1024 ** 3,
  });
  deepEqual([...texts].map(([name, { text }]) => [name, text]), [
    ["mode", "sync"],
    ["staleness", "2s"],
    ["outage", "64MB"],
    ["rpo", "1234.5ms"],
    ["rto", "90s"],
    ["wal_retained", "1536MB"],
  ]);
  equal(parseDuration("1234.5ms"), 1234.5);
  equal(parseSize("1536MB"), 1.5 * 1024 ** 3);
});

Deno.test("objectiveTexts() knows what is not declared", () => {
  const texts = objectiveTexts({ rtoMs: 1 });
  const declared = [...texts].filter(([, { isDeclared }]) => isDeclared).map(([name]) => name);
  deepEqual(declared, ["rto"]);
  equal(parseDuration(texts.get("staleness")!.text), 1000);
});
