/**
 * `collect`: gathers what the scenario wants to keep, before anything is undone. Never fails: what
 * cannot be had is said.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Collected } from "../scenario/model.ts";
import { bindSaved } from "../step/answers.ts";
import { limits } from "./limits.ts";
import type { Stage } from "./stage.ts";

/** How much of each item is kept of a node. */
const linesMax = 200;
const bytesMax = 64 * 1024;

/** What was gathered of one item. */
export interface Gathered {
  title: string;
  evidence: Evidence[];
}

/** Gathers each item from each of its nodes. */
export async function collect(stage: Stage, items: readonly Collected[]): Promise<Gathered[]> {
  if (items.length === 0) return [];
  const signal = AbortSignal.timeout(limits.evidenceMs * stage.timeScale);
  const found: Gathered[] = [];
  for (const item of items) {
    found.push({ title: item.title, evidence: await gather(stage, item, signal) });
  }
  return found;
}

async function gather(stage: Stage, item: Collected, signal: AbortSignal): Promise<Evidence[]> {
  try {
    const nodes = await stage.roles.find(item.node, signal);
    return (await Promise.all(nodes.map((node) => fromNode(stage, { item, node, signal })))).flat();
  } catch (error) {
    return [{ kind: "error", text: `${item.title}: ${(error as Error).message}` }];
  }
}

async function fromNode(
  stage: Stage,
  on: { item: Collected; node: Node; signal: AbortSignal },
): Promise<Evidence[]> {
  const { item, node } = on;
  const here = { node: node.name };
  try {
    const [kind, lines] = await linesOf(stage, on);
    if (lines.length === 0) return [{ kind, ...here, text: `${item.title}: nothing` }];
    return lines.slice(0, linesMax).map((text) => ({ kind, ...here, text }));
  } catch (error) {
    const text = `${item.title}: cannot be had from ${node.name}: ${(error as Error).message}`;
    return [{ kind: "error", ...here, text }];
  }
}

async function linesOf(
  stage: Stage,
  { item, node, signal }: { item: Collected; node: Node; signal: AbortSignal },
): Promise<[kind: string, lines: string[]]> {
  if ("query" in item) {
    const { text, parameters } = bindSaved({ sql: item.query }, stage);
    const { rows, columns } = await stage.observer.ask(node, text, parameters, signal);
    return [
      "rows",
      rows.map((row) =>
        columns.map((column, index) => `${column} = ${shown(row[index])}`).join(", ")
      ),
    ];
  }
  if ("log" in item) {
    const pattern = new RegExp(item.log);
    const lines = await node.readLog(stage.logStart.get(node.name) ?? 0);
    return ["log", lines.filter((line) => pattern.test(line)).slice(-linesMax)];
  }
  // Through the server: it is where the file is, on any target.
  const sql = "select pg_read_file($1, 0, $2)";
  const { rows } = await stage.observer.ask(node, sql, [item.file, bytesMax], signal);
  return ["file", String(rows[0]![0]).split("\n").filter((line) => line.trim() !== "")];
}

function shown(cell: unknown): string {
  return typeof cell === "string" ? cell : JSON.stringify(cell);
}
