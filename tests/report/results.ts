/**
 * Results to render: one of a real run, see lib/report/testdata.
 *
 * @module
 */
import type { Result } from "../../lib/result/model.ts";

const file = new URL("../../lib/report/testdata/run.json", import.meta.url);

/** A run on real servers, with failures, faults, loads and samples. */
export function realRun(): Result {
  return JSON.parse(Deno.readTextFileSync(file));
}

/** The same with a waiver that counts and one that has expired. */
export function withWaivers(): Result {
  const result = realRun();
  const waiver = { reason: "accepted in review 12", owner: "data platform" };
  const waivers = [
    { ...waiver, control: "nist-800-53:CP-10", expires: "2027-01-31" },
    { ...waiver, control: "claim:D3", expires: "2026-11-24" },
  ];
  return { ...result, run: { ...result.run, waivers } };
}
