import { deepEqual, equal, ok } from "node:assert/strict";
import { parseEDNString } from "edn-data";
import fc from "fast-check";
import { ednOf } from "./edn.ts";
import type { History } from "./history.ts";
import { describeOperation } from "./verdict.ts";
import { History as Anew } from "./history.ts";
import { historyOf, lists, sessions, type Told } from "./testdata/simulation.ts";

const seeds = fc.integer({ min: 1, max: 1_000_000 });

/** One line as a reader of EDN that is not ours sees it. */
interface Line {
  index: number;
  time: number;
  type: string;
  process: number;
  f: string;
  value: unknown;
  node: string;
}

function read(text: string): Line[] {
  return text.trimEnd().split("\n").map((line) =>
    parseEDNString(line, { mapAs: "object", keywordAs: "string", listAs: "array" }) as Line
  );
}

/** The history that the lines tell. */
function rebuilt(lines: readonly Line[], isList: boolean): History {
  const history = new Anew(0);
  const open = new Map<number, number>();
  for (const { type, process, node, time, value } of lines) {
    const parts = value as [string, number, number | number[] | null][];
    const at = time / 1e6;
    if (type !== "invoke") {
      history.end(open.get(process)!, type as "ok", at, parts.map(([, , reading]) => reading));
      open.delete(process);
      continue;
    }
    equal(open.has(process), false, "a client has one operation at a time");
    const ops = parts.map(([f, key, each]) =>
      f === "r"
        ? { f: isList ? "list" as const : "read" as const, key }
        : { f: f === "w" ? "write" as const : "append" as const, key, value: Number(each) }
    );
    open.set(process, history.begin({ process, node, at }, ops));
  }
  return history;
}

Deno.test("ednOf() writes what a reader of EDN gets back operation by operation", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      // The simulation lets clients overlap with themselves; here each operation has one of its own.
      const alone = (told: Told[]) => told.map((each, process) => ({ ...each, process }));
      for (
        const [told, isList] of [[lists(seed, 40), true], [sessions(seed, 12), false]] as const
      ) {
        const history = historyOf(alone(told));
        const lines = read(ednOf(history));
        deepEqual(lines.map(({ index }) => index), lines.map((_, index) => index));
        ok(lines.every(({ f }) => f === "txn"));
        const again = rebuilt(lines, isList);
        equal(again.length, history.length);
        for (let row = 0; row < history.length; row++) {
          const text = (of: History) =>
            describeOperation(of, row).replace(/, [\d.]+s to .*?s:/, "");
          equal(text(again), text(history));
        }
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("ednOf() tells what ended and what did not, at one time in order", () => {
  const history = new Anew(1000);
  const begin = (at: number) =>
    history.begin({ process: 7, node: 'a"b', at }, [{ f: "append", key: 1, value: 5 }]);
  history.end(begin(1001), "fail", 1002);
  begin(1002);
  const lines = read(ednOf(history));
  deepEqual(lines.map(({ type, time }) => [type, time]), [
    ["invoke", 1_000_000],
    ["fail", 2_000_000],
    ["invoke", 2_000_000],
  ]);
  equal(lines[0]!.node, 'a"b');
});

Deno.test("ednOf() writes a bank as transfers and balances", () => {
  const base = { process: 0, node: "a", at: 1, endAt: 2, how: "ok" as const };
  const reads = [{ f: "read" as const, key: 0 }, { f: "read" as const, key: 1 }];
  const history = historyOf([
    {
      ...base,
      ops: [{ f: "add", key: 1, value: -3 }, { f: "add", key: 0, value: 3 }],
      readings: [],
    },
    { ...base, at: 3, endAt: 4, ops: reads, readings: [103, null] },
    { ...base, at: 5, endAt: 6, how: "fail", ops: reads, readings: [] },
  ]);
  const values = read(ednOf(history, { isBank: true })).map(({ f, value }) => [f, value]);
  const transfer = { from: 1, to: 0, amount: 3 };
  deepEqual(values, [
    ["transfer", transfer],
    ["transfer", transfer],
    ["read", null],
    ["read", { 0: 103, 1: null }],
    ["read", null],
    ["read", null],
  ]);
});
