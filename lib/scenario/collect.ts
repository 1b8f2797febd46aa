/**
 * `collect`: what is gathered as evidence at the end of a case, however it went.
 *
 * @module
 */
import type { ScenarioWords } from "./grammar.ts";
import type { Collected } from "./model.ts";
import type { Reading } from "./reading.ts";
import { checkNode } from "./referents.ts";
import { checkReads, checkSql } from "./sql_checks.ts";
import { titleOf } from "./title.ts";
import { listed } from "./vocabulary.ts";

/** What can be gathered. */
const kinds = ["query", "log", "file"] as const;

/** Reads what is to be gathered; call it after the steps, which save what it may speak of. */
export function readCollect(reading: Reading, items: ScenarioWords["collect"]): Collected[] {
  return items.flatMap((words, index) => readOne(reading, words, ["collect", index]) ?? []);
}

function readOne(
  reading: Reading,
  words: ScenarioWords["collect"][number],
  path: (string | number)[],
): Collected | undefined {
  const { document, report } = reading;
  const found = kinds.filter((kind) => words[kind] !== undefined);
  const [kind] = found;
  if (kind === undefined || found.length > 1) {
    const message = `this must be one of ${listed(kinds, "or")}`;
    report.add(document.valueAt(path), "verb-count", message, { hint: "write one item for each" });
    return undefined;
  }
  if (words.node !== undefined) checkNode(reading, words.node, [...path, "node"]);
  const { node = "all" } = words;
  const title = titleOf(kind, { ...words, node });
  if (kind === "log") return { title, node, log: words.log! };
  if (kind === "file") return { title, node, file: words.file! };
  const at = [...path, "query"];
  checkSql(reading, words.query!, at, { isLoad: false });
  checkReads(reading, words.query!, at);
  return { title, node, query: words.query! };
}
