import { deepEqual, equal } from "node:assert/strict";
import type { Comparison } from "../scenario/model.ts";
import { convert, judgeSetting, type ServerSetting, showSetting } from "./setting_value.ts";

function setting(change: Partial<ServerSetting>): ServerSetting {
  return { name: "s", setting: "1", unit: null, vartype: "integer", shown: "1", ...change };
}

const sharedBuffers = setting({
  name: "shared_buffers",
  setting: "8192",
  unit: "8kB",
  shown: "64MB",
});
const senderTimeout = setting({
  name: "wal_sender_timeout",
  setting: "60000",
  unit: "ms",
  shown: "1min",
});

function holds(compare: Comparison, of: ServerSetting): boolean | undefined {
  const found = judgeSetting(compare, of);
  if ("problem" in found) throw new Error(found.problem);
  return found.holds;
}

Deno.test("judgeSetting() compares sizes in the setting's unit", () => {
  equal(holds({ is: "64MB" }, sharedBuffers), true);
  equal(holds({ is: "65536kB" }, sharedBuffers), true);
  equal(holds({ is: 8192 }, sharedBuffers), true);
  equal(holds({ is: "63MB" }, sharedBuffers), false);
  equal(holds({ at_least: "1GB" }, sharedBuffers), false);
  equal(holds({ below: "0.5GB" }, sharedBuffers), true);
});

Deno.test("judgeSetting() compares durations in the setting's unit", () => {
  equal(holds({ is: "1min" }, senderTimeout), true);
  equal(holds({ is: "60s" }, senderTimeout), true);
  equal(holds({ above: "1h" }, senderTimeout), false);
  equal(holds({ not: 0 }, senderTimeout), true);
});

Deno.test("judgeSetting() takes every spelling of a switch", () => {
  const on = setting({ setting: "on", shown: "on", vartype: "bool" });
  for (const word of [true, "on", "ON", "yes", "1", 1]) equal(holds({ is: word }, on), true);
  for (const word of [false, "off", "no", 0]) equal(holds({ is: word }, on), false);
  const level = setting({ setting: "replica", shown: "replica", vartype: "enum" });
  equal(holds({ is: "Replica" }, level), true);
  equal(holds({ is: "logical" }, level), false);
});

Deno.test("judgeSetting() compares text to the letter", () => {
  const text = setting({ setting: "ANY 1 (r1)", shown: "ANY 1 (r1)", vartype: "string" });
  equal(holds({ is: "ANY 1 (r1)" }, text), true);
  equal(holds({ is: "any 1 (r1)" }, text), false);
  equal(holds({ matches: "ANY \\d" }, text), true);
  equal(holds({ matches: "ANY \\d", not: "ANY 1 (r1)" }, text), false);
});

Deno.test("judgeSetting() says why an operand makes no sense", () => {
  deepEqual(judgeSetting({ is: "10s" }, sharedBuffers), {
    problem: "shared_buffers has no value in 10s; its unit is 8kB",
  });
  deepEqual(judgeSetting({ is: "lots" }, sharedBuffers), {
    problem: "lots is not a number; its unit is 8kB",
  });
  deepEqual(judgeSetting({ is: "5MB" }, setting({ name: "max_connections" })), {
    problem: "max_connections has no value in 5MB; it has no unit",
  });
});

Deno.test("judgeSetting() shows operands as they were written", () => {
  const found = judgeSetting({ at_least: "1GB" }, sharedBuffers);
  equal("expected" in found && found.expected, "at least 1GB");
});

Deno.test("convert() rounds whole numbers as the server does, and no others", () => {
  deepEqual(convert("20kB", sharedBuffers), { value: 3 });
  deepEqual(convert("2.5ms", setting({ vartype: "real", unit: "ms" })), { value: 2.5 });
  deepEqual(convert("500us", setting({ vartype: "real", unit: "ms" })), { value: 0.5 });
});

Deno.test("showSetting() adds the raw value where SHOW hides it", () => {
  equal(showSetting(sharedBuffers), "64MB (8192 x 8kB)");
  equal(showSetting(setting({ setting: "100", shown: "100" })), "100");
  equal(showSetting(setting({ setting: "", shown: "", vartype: "string" })), "empty");
});
