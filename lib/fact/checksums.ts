/**
 * `checksums`: data checksums are on, and no page that was read so far had a wrong one. `is: off`
 * asks for the opposite; `of: failures` compares their number.
 *
 * A page that nobody has read was not checked: zero failures is no proof that all is well.
 * Source: https://www.postgresql.org/docs/current/checksums.html and the column checksum_failures of
 * pg_stat_database, which is null where checksums are off.
 *
 * @module
 */
import { z } from "zod";
import { judge } from "./compare.ts";
import { count, findEach, lookOf, undecidable } from "./finding.ts";
import { defineFact } from "./kind.ts";

const sql = `
  select current_setting('data_checksums') = 'on', coalesce(sum(checksum_failures), 0)::float8,
    string_agg(coalesce(datname, 'shared objects'), ', ') filter (where checksum_failures > 0),
    max(checksum_last_failure)::text
  from pg_stat_database`;

/** What `is` may say. */
const switches = new Map<unknown, boolean>([["on", true], [true, true], ["off", false], [
  false,
  false,
]]);

/** The fact. */
export const checksums = defineFact({
  name: "checksums",
  summary: "Data checksums are on and no page read so far failed; `is: off`: they are off",
  words: { of: z.enum(["failures"]).optional().describe("compare the number of bad pages read") },
  comparisons: ["is", "not", "below", "above", "at_most", "at_least"],
  needsComparison: false,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, compare, words, signal }) {
    const isCounted = words.of === "failures";
    const wanted = switches.get(compare.is ?? true);
    if (
      !isCounted && (wanted === undefined || Object.keys(compare).some((word) => word !== "is"))
    ) {
      const seen = "this can be compared by is: on or is: off, its number with of: failures";
      return undecidable("NotComparable", "checksums on or off", seen);
    }
    if (isCounted && Object.keys(compare).length === 0) {
      return undecidable("NotComparable", "a number of failures", "there is no comparison");
    }
    const expected = isCounted
      ? `checksum failures ${judge(compare, 0).expected}`
      : wanted
      ? "data checksums on, no failure"
      : "data checksums off";
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const [row] = (await scene.observer.ask(node, sql, [], limit)).rows;
      const [isOn, failures, where, at] = row as [boolean, number, string | null, string | null];
      const found = { kind: "checksums", data: { isOn, failures, where, at } };
      if (!isOn) {
        const holds = isCounted ? undefined : !wanted;
        return { ...found, holds, code: "ChecksumsOff", seen: "has data checksums off" };
      }
      const failed = failures > 0 ? `, in ${where}, last at ${at}` : "";
      return {
        ...found,
        holds: isCounted ? judge(compare, failures).holds : wanted && failures === 0,
        code: failures > 0 ? "ChecksumFailures" : "ChecksumsOn",
        seen: `has data checksums on and ${count(failures, "failure")}${failed}`,
        measured: [{ unit: "count" as const, value: failures }],
      };
    });
    return lookOf(findings, expected);
  },
});
