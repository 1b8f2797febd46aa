/**
 * The order in which elements were appended to each list, as the longest committed read of it tells,
 * and what single reads say against it: anomalies that need no graph.
 *
 *     G1a                 a read of what was refused (aborted read)
 *     G1b                 a read that ends inside of another operation (intermediate read)
 *     phantom             an element that nobody appended
 *     duplicated          an element twice in one list
 *     incompatible-order  two reads of a list, neither the beginning of the other
 *     internal            an operation that does not see what it has appended itself
 *     lost                acknowledged before another was appended that is there, and not there
 *
 * Names: Adya, Weak Consistency (1999); Kingsbury and Alvaro, Elle (2020).
 *
 * @module
 */
import { ending, type History, micro } from "./history.ts";
import { type Anomalies, describeOperation, showList } from "./verdict.ts";

/** One list of a history. */
export interface List {
  key: number;
  /** The longest read: where its elements are in the history's column. */
  at: number;
  length: number;
  /** The row that read it; -1 when nobody read more than nothing. */
  row: number;
  /** Row of the operation that appended each element. */
  writer: Map<number, number>;
}

/** The lists, by key; tells `anomalies` what is wrong with reads of them. */
export function versionOrders(history: History, anomalies: Anomalies): Map<number, List> {
  const lists = appendsOf(history, anomalies);
  const { ending: endings, kind, key, value, length } = history.columns;
  for (let row = 0; row < history.length; row++) {
    if (endings[row] !== ending.ok) continue;
    for (let slot = history.start(row); slot < history.stop(row); slot++) {
      if (kind[slot] !== micro.list) continue;
      const list = listOf(lists, key[slot]!);
      if (length[slot]! <= list.length) continue;
      Object.assign(list, { at: value[slot]!, length: length[slot]!, row });
    }
  }
  for (const list of lists.values()) {
    checkLongest(history, list, anomalies);
    checkLost(history, list, anomalies);
  }
  for (let row = 0; row < history.length; row++) {
    if (endings[row] !== ending.ok) continue;
    for (let slot = history.start(row); slot < history.stop(row); slot++) {
      if (kind[slot] !== micro.list) continue;
      checkRead(history, { row, slot, list: lists.get(key[slot]!)! }, anomalies);
    }
  }
  return lists;
}

function listOf(lists: Map<number, List>, key: number): List {
  let list = lists.get(key);
  if (!list) {
    list = { key, at: 0, length: 0, row: -1, writer: new Map() };
    lists.set(key, list);
  }
  return list;
}

function appendsOf(history: History, anomalies: Anomalies): Map<number, List> {
  const { kind, key, value } = history.columns;
  const lists = new Map<number, List>();
  for (let row = 0; row < history.length; row++) {
    for (let slot = history.start(row); slot < history.stop(row); slot++) {
      if (kind[slot] !== micro.append) continue;
      const { writer } = listOf(lists, key[slot]!);
      const other = writer.get(value[slot]!);
      if (other === undefined) writer.set(value[slot]!, row);
      else {
        // Then nobody can say which of them a read has seen: the history is of no use.
        anomalies.add("appended-twice", () => [
          describeOperation(history, other),
          `again ${describeOperation(history, row)}`,
        ]);
      }
    }
  }
  return lists;
}

/** All elements are in the longest read, if reads are compatible: this is where they are judged. */
function checkLongest(history: History, list: List, anomalies: Anomalies): void {
  const { element, ending: endings } = history.columns;
  const seen = new Set<number>();
  for (let at = list.at; at < list.at + list.length; at++) {
    const value = element[at]!;
    const reader = () => describeOperation(history, list.row);
    if (seen.has(value)) {
      const why = `element ${value} is twice in list ${list.key}`;
      anomalies.add("duplicated", () => [why, reader()]);
    }
    seen.add(value);
    const writer = list.writer.get(value);
    if (writer === undefined) {
      const why = `nobody appended ${value} to list ${list.key}`;
      anomalies.add("phantom", () => [why, reader()]);
    } else if (endings[writer] === ending.fail) {
      const why = `element ${value} of list ${list.key} was refused, but read`;
      anomalies.add("G1a", () => [why, describeOperation(history, writer), reader()]);
    }
  }
}

/**
 * Who appends after another's append was acknowledged appends behind it: a list that has the later
 * one and not the earlier has lost it, or was overwritten by somebody who had not seen it.
 */
function checkLost(history: History, list: List, anomalies: Anomalies): void {
  const { element, invokedAt, endedAt, ending: endings } = history.columns;
  const there = new Set<number>();
  let last = -1;
  for (let at = list.at; at < list.at + list.length; at++) {
    const writer = list.writer.get(element[at]!);
    there.add(element[at]!);
    if (writer === undefined) continue;
    if (last < 0 || invokedAt[writer]! > invokedAt[last]!) last = writer;
  }
  if (last < 0) return;
  for (const [value, writer] of list.writer) {
    if (there.has(value) || endings[writer] !== ending.ok) continue;
    if (endedAt[writer]! >= invokedAt[last]!) continue;
    anomalies.add("lost", () => [
      `element ${value} is not in list ${list.key}`,
      describeOperation(history, writer),
      `then ${describeOperation(history, last)}`,
      describeOperation(history, list.row),
    ], last - writer);
  }
}

/** One read against the longest. */
function checkRead(
  history: History,
  { row, slot, list }: { row: number; slot: number; list: List },
  anomalies: Anomalies,
): void {
  const { element, value, length } = history.columns;
  const size = length[slot]!;
  const from = size === 0 ? 0 : value[slot]!;
  for (let at = 0; at < size; at++) {
    if (element[from + at] === element[list.at + at]) continue;
    const [shorter, longer] = [from, list.at];
    anomalies.add("incompatible-order", () => [
      `list ${list.key} was ${showList(element.subarray(shorter, shorter + size))} and ` +
      showList(element.subarray(longer, longer + list.length)),
      describeOperation(history, row),
      describeOperation(history, list.row),
    ], size);
    // What is not in the longest read was not judged with it.
    checkLongest(history, { ...list, at: from, length: size, row }, anomalies);
    break;
  }
  const own = ownAppends(history, row, slot);
  const tail = size - own.length;
  if (own.some((each, index) => element[from + tail + index] !== each)) {
    anomalies.add("internal", () => [
      `it had appended ${showList(own)} to list ${list.key} before it read it`,
      describeOperation(history, row),
    ]);
  } else if (tail > 0) checkIntermediate(history, { row, list, last: element[from + tail - 1]! });

  function checkIntermediate(
    history: History,
    read: { row: number; list: List; last: number },
  ): void {
    const writer = read.list.writer.get(read.last);
    if (writer === undefined || writer === read.row) return;
    const all = ownAppends(history, writer, history.stop(writer), read.list.key);
    if (all.at(-1) === read.last) return;
    anomalies.add("G1b", () => [
      `the read of list ${read.list.key} ends with ${read.last}, in the middle of an operation`,
      describeOperation(history, writer),
      describeOperation(history, read.row),
    ]);
  }
}

/** What an operation appended to the list of a slot, or of `key`, before that slot. */
export function ownAppends(history: History, row: number, before: number, key?: number): number[] {
  const { kind, key: keys, value } = history.columns;
  const wanted = key ?? keys[before];
  const found: number[] = [];
  for (let slot = history.start(row); slot < before; slot++) {
    if (kind[slot] === micro.append && keys[slot] === wanted) found.push(value[slot]!);
  }
  return found;
}
