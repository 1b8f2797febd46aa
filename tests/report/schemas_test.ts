/**
 * Every machine-readable format against its real schema. The schemas are not ours to ship: where they
 * are absent the test says so and is ignored.
 */
import { equal, match, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { foldEvents } from "../../lib/result/fold.ts";
import type { Result } from "../../lib/result/model.ts";
import { anyRun } from "../../lib/result/testdata/any_run.ts";
import { mixedRun } from "../../lib/result/testdata/mixed_run.ts";
import { formats } from "../../lib/report/registry.ts";
import { shippedCatalogues } from "../../lib/report/controls/read.ts";
import { oscalId } from "../../lib/report/oscal.ts";
import { realRun, withWaivers } from "./results.ts";

const folder = new URL("../../../shared/schemas/", import.meta.url);

/** Compiles the schema; `part` points into it. */
function validator(file: string, part?: string): (data: unknown) => string[] {
  const schema = JSON.parse(Deno.readTextFileSync(new URL(file, folder)));
  const options = { strict: false, validateFormats: false, allErrors: false };
  const ajv = String(schema.$schema).includes("2020-12") ? new Ajv2020(options) : new Ajv(options);
  if (part !== undefined) ajv.addSchema(schema, "whole");
  const validate = ajv.compile(part === undefined ? schema : { $ref: `whole#${part}` });
  return (data) =>
    validate(data)
      ? []
      : validate.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const kinds = [
  { name: "ctrf", file: "ctrf.schema.json", broken: ["results", "tool"] },
  { name: "sarif", file: "sarif-2.1.0.json", broken: ["runs"] },
  { name: "hdf", file: "hdf_exec-json.json", broken: ["profiles"] },
  {
    name: "oscal",
    file: "oscal_complete_1.2.2.json",
    unwrap: "assessment-results",
    part: "/definitions/oscal-complete-oscal-ar:assessment-results",
    broken: ["results"],
  },
];

for (const { name, file, part, unwrap, broken } of kinds) {
  const isAbsent = !existsSync(new URL(file, folder));
  Deno.test({
    name: `the format ${name} is valid against ${file}` +
      (isAbsent ? ` (IGNORED: ../shared/schemas/${file} is absent)` : ""),
    ignore: isAbsent,
    fn() {
      const validate = validator(file, part);
      const rendered = (result: Result) => {
        const data = JSON.parse(formats.get(name)!.render(result));
        return unwrap === undefined ? data : data[unwrap];
      };
      for (const result of [foldEvents(mixedRun()), realRun(), withWaivers(), foldEvents([])]) {
        equal(validate(rendered(result)).join("\n"), "");
      }
      fc.assert(
        fc.property(anyRun, (events) => {
          equal(validate(rendered(foldEvents(events))).join("\n"), "");
        }),
        { numRuns: 20 },
      );
      const bad = rendered(realRun());
      const [last, ...path] = broken.toReversed();
      delete path.toReversed().reduce((at, key) => at[key], bad)[last!];
      match(validate(bad).join("\n"), /required/);
    },
  });
}

const catalogue = new URL("nist-800-53-rev5-high-catalog.json", folder);
const isAbsent = !existsSync(catalogue);

Deno.test({
  name: "every NIST control of fixtures/controls is in the catalogue of SP 800-53" +
    (isAbsent ? " (IGNORED: the catalogue is absent)" : ""),
  ignore: isAbsent,
  fn() {
    const text = Deno.readTextFileSync(catalogue);
    const ids = new Set(Array.from(text.matchAll(/"id":\s*"([^"]+)"/g), ([, id]) => id!));
    ok(ids.has("cp-10.4_obj"));
    const [nist] = shippedCatalogues().filter(({ id }) => id === "nist-800-53");
    const unknown = nist!.controls.filter(({ id }) => !ids.has(`${oscalId(id)}_obj`));
    equal(unknown.map(({ id }) => id).join(), "");
    ok(!ids.has(`${oscalId("CP-10(99)")}_obj`));
  },
});
