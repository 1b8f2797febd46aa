/** A golden file of every format, for a run with every verdict; what is special is in tests of its own. */
import { doesNotMatch, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { foldEvents } from "../result/fold.ts";
import { anyRun } from "../result/testdata/any_run.ts";
import { mixedRun, sources } from "../result/testdata/mixed_run.ts";
import { formats } from "./registry.ts";

const folded = foldEvents(mixedRun());
const result = { ...folded, run: { ...folded.run, sources: Object.fromEntries(sources) } };

/** These have snapshots beside their own tests, or would make a large file that nobody reads. */
const elsewhere = ["json", "junit", "html", "compliance", "hdf", "oscal"];

for (const { name, render } of formats.values()) {
  if (elsewhere.includes(name)) continue;
  Deno.test(`the format ${name} of a run with every verdict`, async (t) => {
    await t.assertSnapshot(render(result));
  });
}

Deno.test("every format gives the same bytes twice, whole, and ends in a newline", () => {
  for (const { name, render } of formats.values()) {
    const text = render(result);
    equal(render(structuredClone(result)), text, name);
    ok(text.endsWith("\n"), name);
    ok(text.isWellFormed(), name);
    doesNotMatch(text, /undefined|\[object Object\]|NaN/, name);
  }
});

Deno.test("every format takes any run, also one that was cut short", () => {
  fc.assert(
    fc.property(anyRun, fc.nat(), (events, cut) => {
      for (const { render } of formats.values()) {
        render(foldEvents(events.slice(0, cut % (events.length + 1))));
      }
    }),
    { numRuns: 30 },
  );
});

Deno.test("no two formats write the same file", () => {
  const files = [...formats.values()].map(({ file }) => file);
  equal(new Set(files).size, files.length);
});
