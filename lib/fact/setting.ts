/**
 * `setting`: the value a setting has on a running server, for the stack's user, wherever it came
 * from. A changed file that waits for a restart is not in effect; the evidence says so.
 * Source: https://www.postgresql.org/docs/current/view-pg-settings.html
 *
 * @module
 */
import { z } from "zod";
import type { Node } from "../cluster/model.ts";
import { ref } from "../scenario/words.ts";
import { effectiveSetting } from "../stack/settings.ts";
import { findEach, lookOf, undecidable } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { judgeSetting, type ServerSetting, showSetting } from "./setting_value.ts";

const sql = `
  select setting, unit, vartype, current_setting(name), source, sourcefile, sourceline,
    pending_restart
  from pg_settings where lower(name) = lower($1)`;

/** The fact. */
export const setting = defineFact({
  name: "setting",
  summary: "The value of a setting in effect on each node, compared as the server understands it",
  words: { of: z.union([ref, z.string()]).describe("the setting's name") },
  comparisons: ["is", "not", "below", "above", "at_most", "at_least", "matches", "lacks"],
  needsComparison: true,
  operand: "value",
  defaultNode: "all",
  async look(scene, { nodes, compare, words, signal }) {
    const name = String(words.of);
    let expected = `${name} as compared`;
    let problem: string | undefined;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const [row] = (await scene.observer.ask(node, sql, [name], limit)).rows;
      const found = { holds: undefined, code: "BadSetting", kind: "setting" };
      if (!row) {
        problem = `${node.name} knows no setting "${name}"`;
        return { ...found, seen: `knows no setting "${name}"` };
      }
      const [value, unit, vartype, shown, source, file, line, isPending] = row as string[];
      const server = {
        name,
        setting: value!,
        unit: unit ?? null,
        vartype: vartype!,
        shown: shown!,
      };
      const judged = judgeSetting(compare, server satisfies ServerSetting);
      if ("problem" in judged) {
        problem = judged.problem;
        return { ...found, seen: judged.problem };
      }
      expected = `${name} ${judged.expected}`;
      const origin = originOf(node, name, row as string[]);
      return {
        holds: judged.holds,
        code: "Setting",
        seen: `has ${name} ${showSetting(server)} from ${origin}` +
          (isPending ? ", a changed value waits for a restart" : ""),
        kind: "setting",
        data: { ...server, source, file, line, pendingRestart: isPending },
      };
    });
    if (problem !== undefined) return undecidable("BadSetting", expected, problem);
    return lookOf(findings, expected);
  },
});

/**
 * Where a value comes from: the line of the stack's own file, which a server may have read under
 * another name. What that does not explain is told as the server tells it.
 */
function originOf({ declared }: Node, name: string, row: readonly string[]): string {
  const [value, _unit, _vartype, shown, source, file, line] = row;
  const written = effectiveSetting(declared.settings, name);
  const { source: from, value: text } = written ?? {};
  const isIts = source === "configuration file" && !file?.endsWith("postgresql.auto.conf") &&
    (text === value || text === shown);
  if (isIts && from?.line) return `${from.file}:${from.line}`;
  return file ? `${file}:${line}` : source!;
}
