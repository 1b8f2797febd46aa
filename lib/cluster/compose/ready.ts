/**
 * Readiness, from the state of replication: the primary takes writes, each replica streams from its
 * upstream, and what the primary had written by then is replayed everywhere.
 *
 * @module
 */
import { SqlError } from "../../sql/session.ts";
import { sleep } from "../../time/sleep.ts";
import { declaredConninfo, parseConninfo } from "../conninfo.ts";
import { NodeError, wholeLog } from "../model.ts";
import { Observer } from "../observer.ts";
import type { ComposeNode } from "./node.ts";

/** Interval between two looks, and how long one question may take, in milliseconds. */
const lookMs = 100;
const askMs = 2000;

/** Lines of the log that go with an error. */
const errorLines = 20;

/** Undefined when it is so, else what is missing. */
type Look = (node: ComposeNode, signal: AbortSignal) => Promise<string | undefined>;

/** Repeats a look until nothing is missing, or the container ends. */
async function until(look: Look, node: ComposeNode, signal: AbortSignal): Promise<void> {
  const watch = new AbortController();
  let end: { error?: unknown } | undefined;
  node.ended(watch.signal).then(() => end = {}, (error) => {
    if (!watch.signal.aborted) end = { error };
  });
  try {
    await repeat(look, node, { signal, ended: () => end });
  } finally {
    watch.abort();
  }
}

async function repeat(
  look: Look,
  node: ComposeNode,
  { signal, ended }: { signal: AbortSignal; ended: () => { error?: unknown } | undefined },
): Promise<void> {
  let missing: string | undefined = "nothing seen yet";
  for (;;) {
    try {
      missing = await look(node, AbortSignal.any([signal, AbortSignal.timeout(askMs)]));
      if (missing === undefined) return;
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      // A wrong password will not become right.
      if (!error.isAbsence) throw await failure(node, refusal(node, error), error);
      missing = `it does not answer: ${error.message}`;
    }
    const end = ended();
    if (end?.error) throw end.error;
    if (end && !signal.aborted) throw await failure(node, "its container ended");
    try {
      await sleep(lookMs, signal);
    } catch (cause) {
      throw await failure(node, `${missing}; ${(cause as Error).message}`, cause);
    }
  }
}

/**
 * Of a container in several networks the engine publishes the ports through one of them, and that
 * one's gateway is where a client on the host seems to be.
 */
function refusal(node: ComposeNode, { message }: SqlError): string {
  const [, address] = /no pg_hba\.conf entry for host "([^"]+)"/.exec(message) ?? [];
  const network = address && node.networkAt(address);
  if (!network) return message;
  const { networks } = node.declared;
  const more = networks.length > 1 ? `; ${node.name} is in ${networks.join(" and ")}` : "";
  return `${message}: the host reaches it through the network ${network}${more}`;
}

async function failure(node: ComposeNode, why: string, cause?: unknown): Promise<NodeError> {
  const log = await node.readLog(wholeLog, errorLines).catch(() => []);
  const last = log.length > 0 ? `; it said last: ${log.at(-1)}` : "";
  return new NodeError(`Cannot bring up ${node.name}: ${why}${last}`, {
    node: node.name,
    log,
    cause,
  });
}

/** How many replicas stream from a node; a base backup's own stream is not one. */
const streams = `
  select count(*) from pg_stat_replication
  where state = 'streaming' and application_name <> 'pg_basebackup'`;

/**
 * Waits until the cluster is ready; notes what each node is found to be.
 * @throws {NodeError} when a node ends, or with what was missing when the signal aborts.
 */
export async function waitUntilReady(
  nodes: readonly ComposeNode[],
  signal: AbortSignal,
): Promise<void> {
  await using observer = new Observer("pgproof readiness");
  const [primary, ...replicas] = nodes;
  await until(
    async (node, limit) => {
      const { rows: [row] } = await observer.ask(
        node,
        "select pg_is_in_recovery(), current_setting('transaction_read_only') = 'off'",
        [],
        limit,
      );
      if (row![0]) return "it is in recovery";
      return row![1] ? undefined : "it is read-only";
    },
    primary!,
    signal,
  );
  const canary = await observer.value(primary!, "select pg_current_wal_lsn()", signal);
  await Promise.all(replicas.map((replica) =>
    until(
      async (node, limit) => {
        const { rows: [row] } = await observer.ask(
          node,
          `select pg_is_in_recovery(),
           exists (select from pg_stat_wal_receiver where status = 'streaming'),
           coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false)`,
          [canary],
          limit,
        );
        if (!row![0]) return "it is no replica";
        if (!row![1]) return "it does not stream";
        return row![2] ? undefined : `it has not replayed ${canary}`;
      },
      replica,
      signal,
    )
  ));
  const upstreams = nodes.filter((node) => followers(node, nodes) > 0);
  await Promise.all(upstreams.map((upstream) =>
    until(
      async (node, limit) => {
        const seen = Number(await observer.value(node, streams, limit));
        const due = followers(node, nodes);
        return seen >= due ? undefined : `${seen} of ${due} replicas stream from it`;
      },
      upstream,
      signal,
    )
  ));
  await note(observer, nodes, signal);
}

function followers(node: ComposeNode, nodes: readonly ComposeNode[]): number {
  return nodes.filter(({ declared }) => declared.upstream === node.name).length;
}

/** The primary has no upstream yet; after a failover it connects as the replicas do now. */
async function note(
  observer: Observer,
  nodes: readonly ComposeNode[],
  signal: AbortSignal,
): Promise<void> {
  const found = await Promise.all(nodes.map(async (node) => {
    const sql = "select current_setting('data_directory'), current_setting('primary_conninfo')";
    const { rows: [row] } = await observer.ask(node, sql, [], signal);
    return { node, dataDirectory: String(row![0]), conninfo: parseConninfo(String(row![1])) };
  }));
  const any = found.find(({ conninfo }) => conninfo && conninfo.size > 0)?.conninfo;
  for (const { node, dataDirectory, conninfo } of found) {
    const own = conninfo && conninfo.size > 0 ? conninfo : undefined;
    const borrowed = new Map(any ?? declaredConninfo(node.declared));
    if (borrowed.has("application_name")) borrowed.set("application_name", node.name);
    node.findings = { dataDirectory, conninfo: own ?? borrowed };
  }
}
