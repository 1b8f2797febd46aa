/**
 * `log_files`: how much of a node's log the container engine keeps: the size at which it begins a new
 * file, times the number of files. A server that is asked for little but often writes gigabytes in a
 * year, and json-file, the engine's default, keeps them all.
 * Source: https://docs.docker.com/engine/logging/drivers/json-file/ and /local/
 *
 * @module
 */
import { inspected, withoutEngine } from "./container.ts";
import { findEach, lookOf } from "./finding.ts";
import { defineFact } from "./kind.ts";
import { judgeQuantity, quantityWords, showQuantity } from "./quantity.ts";

/** What each driver does where nothing is said; Infinity: it begins no new file. */
const defaults: Record<string, { bytes: number; files: number }> = {
  "json-file": { bytes: Infinity, files: 1 },
  local: { bytes: 20 * 1024 ** 2, files: 5 },
};

/** The fact. */
export const log_files = defineFact({
  name: "log_files",
  summary: "How much of each node's log the container engine keeps, all its files together",
  words: {},
  comparisons: quantityWords,
  needsComparison: true,
  operand: "size",
  defaultNode: "all",
  async look(scene, { nodes, compare, signal }) {
    const { expected } = judgeQuantity(compare, 0, "size");
    const blind = withoutEngine(scene.cluster.nodes, expected);
    if (blind) return blind;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const { logging: { driver, options } } = await inspected(node, limit);
      const found = { code: "LogFiles", kind: "log files", data: { driver, options } };
      const usual = defaults[driver];
      if (!usual) {
        return { ...found, holds: undefined, seen: `logs by ${driver || "no driver"}: not known` };
      }
      const bytes = sizeOf(options["max-size"]) ?? usual.bytes;
      const files = Number(options["max-file"] ?? usual.files);
      const kept = bytes * files;
      const seen = kept === Infinity
        ? `keeps all of its log in one file (${driver})`
        : `keeps ${showQuantity("size", kept)} in ${files} files (${driver})`;
      return {
        ...found,
        holds: judgeQuantity(compare, Math.min(kept, Number.MAX_SAFE_INTEGER), "size").holds,
        seen,
        ...(kept === Infinity ? {} : { measured: [{ unit: "bytes" as const, value: kept }] }),
      };
    });
    return lookOf(findings, expected);
  },
});

/** Bytes of `10m`, as the engine writes sizes; below 0 it never begins a new file. */
function sizeOf(text: string | undefined): number | undefined {
  const [, amount, unit = ""] = /^(-?[\d.]+)\s*([kmg]?)b?$/i.exec(text ?? "") ?? [];
  if (amount === undefined) return undefined;
  const bytes = Number(amount) * 1024 ** ["", "k", "m", "g"].indexOf(unit.toLowerCase());
  return bytes < 0 ? Infinity : bytes;
}
