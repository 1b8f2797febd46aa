/**
 * `cluster`: what is changed of the stack, and whether that can be.
 *
 * @module
 */
import { standbyNames } from "../sql/standby_names.ts";
import type { Path } from "./document.ts";
import { given } from "./given.ts";
import type { ScenarioWords } from "./grammar.ts";
import type { ClusterChange } from "./model.ts";
import { didYouMean } from "./nearest.ts";
import { dig, isWords, type Reading } from "./reading.ts";
import { listed } from "./vocabulary.ts";

/** The setting that each word stands for: saying both would leave it open which one counts. */
const settingsOf: Record<string, readonly string[]> = {
  slots: ["primary_slot_name"],
  archive: [
    "archive_mode",
    "archive_command",
    "archive_library",
    "restore_command",
    "archive_cleanup_command",
  ],
  synchronous: ["synchronous_standby_names"],
  upstream: ["primary_conninfo"],
  delay: ["recovery_min_apply_delay"],
};

/** What is changed of the stack. */
export function readCluster(words: ScenarioWords["cluster"]): ClusterChange {
  const { replicas, upstream, archive, synchronous, checksums, delay = {} } = words;
  const change: ClusterChange = {
    settings: {},
    nodeSettings: {},
    ...given({
      replicas,
      upstream,
      slots: words.slots === false ? undefined : words.slots,
      archive: archive === false || archive === undefined ? undefined : true,
      archiveCleanedBy: typeof archive === "object" ? archive.cleaned_by : undefined,
      synchronous,
      checksums,
    }),
  };
  for (const [name, value] of Object.entries(words.settings)) {
    if (typeof value === "string") change.settings[name] = value;
    else change.nodeSettings[name] = value;
  }
  for (const [node, ms] of Object.entries(delay)) {
    // In whole milliseconds, the setting's own unit.
    const setting = { recovery_min_apply_delay: `${Math.round(ms)}ms` };
    change.nodeSettings[node] = { ...change.nodeSettings[node], ...setting };
  }
  return change;
}

/**
 * Checks what is changed, as written. Nodes are named, a role will not do: it is found by asking
 * servers, and these changes are needed before there are any.
 */
export function checkCluster(reading: Reading, data: unknown): void {
  const cluster = dig(data, ["cluster"]);
  if (!isWords(cluster)) return;
  const { settings } = cluster;
  for (const [name, value] of Object.entries(isWords(settings) ? settings : {})) {
    if (isWords(value)) checkKey(reading, ["cluster", "settings", name]);
  }
  for (const word of ["slots", "delay"]) {
    const value = cluster[word];
    for (const name of Object.keys(isWords(value) ? value : {})) {
      checkKey(reading, ["cluster", word, name]);
    }
  }
  const { archive } = cluster;
  if (isWords(archive) && typeof archive.cleaned_by === "string") {
    const path = ["cluster", "archive", "cleaned_by"];
    unknown(
      { nodes: reading.nodes, name: archive.cleaned_by },
      (message, hint) =>
        reading.report.add(reading.document.valueAt(path), "unknown-node", message, { hint }),
    );
  }
  if (isWords(cluster.upstream)) checkUpstreams(reading, cluster.upstream);
  if (typeof cluster.synchronous === "string") checkSynchronous(reading, cluster.synchronous);
  checkSaidOnce(reading, cluster);
}

function checkKey({ document, nodes, report }: Reading, path: Path): void {
  unknown(
    { nodes, name: String(path.at(-1)) },
    (message, hint) => report.add(document.keyAt(path), "unknown-node", message, { hint }),
  );
}

function unknown(
  { nodes, name }: { nodes: readonly string[]; name: string },
  complain: (message: string, hint: string) => void,
): void {
  if (nodes.includes(name)) return;
  const hint = didYouMean(name, nodes) ?? `nodes: ${listed(nodes)}`;
  complain(`the stack has no node "${name}"`, hint);
}

function checkUpstreams(reading: Reading, upstreams: Record<string, unknown>): void {
  const { document, nodes, report } = reading;
  for (const [replica, upstream] of Object.entries(upstreams)) {
    const path = ["cluster", "upstream", replica];
    checkKey(reading, path);
    if (typeof upstream !== "string" || upstream.trim() === "") continue;
    unknown(
      { nodes, name: upstream },
      (message, hint) => report.add(document.valueAt(path), "unknown-node", message, { hint }),
    );
    const round = roundFrom(replica, upstreams);
    if (round) {
      const message = `these nodes replicate from each other: ${round.join(" from ")}`;
      report.add(document.valueAt(path), "bad-value", message, { hint: "one must lead elsewhere" });
    }
  }
}

/** The way from a node back to itself; undefined when there is none. */
function roundFrom(start: string, upstreams: Record<string, unknown>): string[] | undefined {
  const way = [start];
  for (let next = upstreams[start]; typeof next === "string"; next = upstreams[next]) {
    way.push(next);
    if (next === start) return way;
    if (way.length > Object.keys(upstreams).length + 1) return undefined;
  }
  return undefined;
}

function checkSynchronous(reading: Reading, text: string): void {
  const { document, nodes, report } = reading;
  const path = ["cluster", "synchronous"];
  const parsed = standbyNames(text);
  if (!parsed) {
    const message = `"${text.slice(0, 60)}" is no list of synchronous standbys`;
    report.add(document.valueAt(path), "bad-value", message, {
      hint: "write FIRST 1 (replica1), ANY 1 (replica1, replica2), or *",
    });
    return;
  }
  for (const name of parsed.names) {
    if (name === "*") continue;
    unknown(
      { nodes, name },
      (message, hint) => report.add(document.textAt(path, name), "unknown-node", message, { hint }),
    );
  }
  if (!parsed.names.includes("*") && parsed.count > parsed.names.length) {
    const message = `${parsed.count} of ${parsed.names.length} standbys can never be had`;
    report.add(document.valueAt(path), "bad-value", message, { hint: "every commit would hang" });
  }
}

function checkSaidOnce(reading: Reading, cluster: Record<string, unknown>): void {
  const { document, report } = reading;
  const settings = isWords(cluster.settings) ? cluster.settings : {};
  const said = Object.entries(settings).flatMap(([name, value]) =>
    isWords(value)
      ? Object.keys(value).map((inner) => ({ name: inner, path: [name, inner] }))
      : [{ name, path: [name] }]
  );
  for (const [word, names] of Object.entries(settingsOf)) {
    if (cluster[word] === undefined) continue;
    for (const { name, path } of said.filter((each) => names.includes(each.name.toLowerCase()))) {
      const at = document.keyAt(["cluster", "settings", ...path]);
      report.add(at, "bad-value", `"${word}" says "${name}" already`, { hint: "keep one of them" });
    }
  }
}
