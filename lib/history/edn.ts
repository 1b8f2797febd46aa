/**
 * A history as EDN, a map a line, as Jepsen writes it and elle-cli reads it: each operation as it was
 * invoked and as it ended, in the order in which that happened.
 *
 *     {:index 0, :time 1200, :type :invoke, :process 0, :f :txn, :value [[:r 3 nil]], :node "a"}
 *     {:index 1, :time 9100, :type :ok, :process 0, :f :txn, :value [[:r 3 [1 2]]], :node "a"}
 *
 * Times are nanoseconds since the history began. An operation that has not ended has no second line,
 * which means the same as `:info`: nobody knows. Source: `read-edn-history` and `model-specs` in
 * https://github.com/ligurio/elle-cli/blob/master/src/elle_cli/cli.clj
 *
 * @module
 */
import { type Ending, ending, type History, type MicroOp, type Reading } from "./history.ts";
import { operationAt } from "./reads_on.ts";

const endings = Object.keys(ending) as Ending[];

/** What an operation is to a checker: its function, and its value as EDN. */
type Telling = (
  ops: readonly MicroOp[],
  readings: readonly Reading[],
) => { f: string; value: string };

/** The history's lines. `isBank`: transfers, and reads of all accounts, instead of transactions. */
export function ednOf(history: History, { isBank = false } = {}): string {
  const { invokedAt, endedAt } = history.columns;
  const happened: { at: number; row: number; isEnd: boolean }[] = [];
  for (let row = 0; row < history.length; row++) {
    happened.push({ at: invokedAt[row]!, row, isEnd: false });
    if (Number.isFinite(endedAt[row])) happened.push({ at: endedAt[row]!, row, isEnd: true });
  }
  // What happens at one time is told in the order of invocation: a client ends before it goes on.
  happened.sort((a, b) => a.at - b.at || a.row - b.row || Number(a.isEnd) - Number(b.isEnd));
  const tell = isBank ? tellBank : tellTransaction;
  const lines = happened.map((each, index) => lineOf(history, { ...each, index, tell }));
  return lines.map((line) => `${line}\n`).join("");
}

function lineOf(
  history: History,
  on: { at: number; row: number; isEnd: boolean; index: number; tell: Telling },
): string {
  const { at, row, isEnd, index, tell } = on;
  const { process, ending: ends, invokedAt } = history.columns;
  const startedAt = history.startedAt ?? invokedAt[0]!;
  const { ops, readings } = operationAt(history, row);
  const { f, value } = tell(ops, isEnd ? readings : []);
  const fields = {
    index,
    time: Math.round((at - startedAt) * 1e6),
    type: isEnd ? `:${endings[ends[row]!]}` : ":invoke",
    process: process[row],
    f,
    value,
    node: JSON.stringify(history.nodeOf(row)),
  };
  return `{${Object.entries(fields).map(([name, text]) => `:${name} ${text}`).join(", ")}}`;
}

const names = { append: ":append", write: ":w", add: ":add", read: ":r", list: ":r" } as const;

/** A read that was not answered has nil. */
function tellTransaction(ops: readonly MicroOp[], readings: readonly Reading[]) {
  const parts = ops.map((op, place) => {
    const reading = readings[place];
    const value = "value" in op
      ? op.value
      : typeof reading === "object" && reading !== null
      ? `[${reading.join(" ")}]`
      : reading ?? "nil";
    return `[${names[op.f]} ${op.key} ${value}]`;
  });
  return { f: ":txn", value: `[${parts.join(" ")}]` };
}

function tellBank(ops: readonly MicroOp[], readings: readonly Reading[]) {
  const [first, second] = ops;
  if (first?.f === "add" && second?.f === "add") {
    const value = `{:from ${first.key}, :to ${second.key}, :amount ${second.value}}`;
    return { f: ":transfer", value };
  }
  // Of a read without an answer, all places are undefined.
  const isAnswered = readings.some((each) => each !== undefined);
  const balances = ops.map(({ key }, place) => `${key} ${readings[place] ?? "nil"}`);
  return { f: ":read", value: isAnswered ? `{${balances.join(", ")}}` : "nil" };
}
