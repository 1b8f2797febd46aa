/**
 * A target whose clusters have a mutant's run-time changes from their first moment on, before anything
 * looks at them, and on which its settings are seen to be in effect: a mutant that is not there would
 * survive everything.
 *
 * @module
 */
import { type Cluster, type Node, NodeError, type Target } from "../cluster/model.ts";
import { Observer } from "../cluster/observer.ts";
import { lookUntil } from "../sql/look_until.ts";
import { SqlError } from "../sql/session.ts";
import type { Change, SettingChange, SqlChange } from "./model.ts";

/** Pause between two looks, in milliseconds. */
const lookMs = 20;

/** The same target, with the changes in each of its clusters. */
export function seeded(target: Target, changes: readonly Change[]): Target {
  const create: Target["create"] = async (options) => {
    const cluster = await target.create(options);
    try {
      await seed(cluster, changes, options.signal);
      return cluster;
    } catch (error) {
      await cluster.remove();
      throw error;
    }
  };
  return new Proxy(target, {
    get: (of, key) => {
      if (key === "create") return create;
      const value = Reflect.get(of, key, of);
      // Private members are the target's, not the proxy's.
      return typeof value === "function" ? value.bind(of) : value;
    },
  });
}

async function seed(cluster: Cluster, changes: readonly Change[], signal: AbortSignal) {
  await using observer = new Observer("pgproof-mutant");
  for (const change of changes) {
    if (change.kind !== "sql" && change.kind !== "setting") continue;
    for (const node of nodesOf(cluster, change.node ?? "all")) {
      if (change.kind === "sql") await perform(observer, node, change, signal);
      else await seeSetting(observer, node, change, signal);
    }
  }
}

/** By what the stack declares: the cluster has just come up. */
function nodesOf({ nodes }: Cluster, selector: string): Node[] {
  const roles: Record<string, (node: Node) => boolean> = {
    all: () => true,
    primary: ({ declared }) => declared.role === "primary",
    replicas: ({ declared }) => declared.role === "replica",
  };
  const found = nodes.filter(roles[selector] ?? (({ name }) => name === selector));
  if (found.length === 0) throw notThere(`there is no ${selector} in this cluster`);
  return found;
}

async function perform(
  observer: Observer,
  node: Node,
  { statements, until }: SqlChange,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const sql of statements) await observer.ask(node, sql, [], signal);
    if (until === undefined) return;
    const look = async () => {
      const seen = await observer.value(node, until, signal);
      return seen === true ? { done: true } : { seen: String(seen) };
    };
    await lookUntil(look, {
      everyMs: lookMs,
      signal,
      gaveUp: ({ seen, reason }) => notThere(`on ${node.name}: ${until} is ${seen}, ${reason}`),
    });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw notThere(`on ${node.name}: ${error.message}`, error);
  }
}

/**
 * `applied`: the line is the one that counts, and is in effect.
 * Source: https://www.postgresql.org/docs/current/view-pg-file-settings.html
 */
const lineSql =
  "select count(*) from pg_file_settings where lower(name) = lower($1) and setting = $2 and applied";

/** Of one node it is the last argument of its command line, which wins over every file. */
const argumentSql =
  "select count(*) from pg_settings where lower(name) = lower($1) and source = 'command line'";

async function seeSetting(
  observer: Observer,
  node: Node,
  { name, value, node: own }: SettingChange,
  signal: AbortSignal,
): Promise<void> {
  if (value === undefined) return;
  const [sql, parameters] = own === undefined ? [lineSql, [name, value]] : [argumentSql, [name]];
  try {
    const { rows } = await observer.ask(node, sql, parameters, signal);
    if (rows[0]?.[0] === 0) throw notThere(`on ${node.name}: ${name} is not ${value}`);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    // A server that lets nobody in is for the scenario to find.
    if (!error.isAbsence) throw notThere(`on ${node.name}: ${error.message}`, error);
  }
}

/** Without a node: it is the mutant's failure, not a finding about the stack. */
function notThere(what: string, cause?: unknown): NodeError {
  return new NodeError(`The change is not in effect ${what}`, { cause });
}
