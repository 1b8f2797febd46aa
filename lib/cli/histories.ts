/**
 * `--histories DIR`: the histories of workloads as EDN, a file each, for elle-cli and whoever else
 * reads what Jepsen writes.
 *
 * @module
 */
import { join } from "node:path";
import { ednOf } from "../history/edn.ts";
import { hashOf } from "../scenario/seed.ts";
import { accounts } from "../workload/bank.ts";
import type { KeepHistory } from "../workload/model.ts";
import { writeWhole } from "./reports.ts";

/** How elle-cli is told what a history is of; its default is stricter than PostgreSQL promises. */
const models: Record<string, string> = {
  bank: `-m bank --total-amount ${accounts.total}`,
  list_append: "-m list-append -c snapshot-isolation",
};

/** Writes histories into a folder. */
export function historyKeeper(folder: string): KeepHistory {
  return async ({ case: id, load, recording: { kind, history, round } }) => {
    const name = historyName({ id, load, round });
    const path = join(folder, name);
    const command = models[kind] ?? "-m rw-register";
    const head = `; ${id}, load ${load}, workload ${kind}\n; elle-cli ${command} ${name}\n`;
    await writeWhole(path, head + ednOf(history, { isBank: kind === "bank" }));
    return path;
  };
}

/** The same for the same load of the same case in every run, and of no other. */
function historyName(of: { id: string; load: string; round: number }): string {
  const { id, load, round } = of;
  const slug = id.replace(/[^\w.-]+/g, "_").slice(0, 120);
  const number = round > 1 ? `-${round}` : "";
  return `${slug}-${hashOf(id).toString(16).padStart(8, "0")}-${load}${number}.edn`;
}
