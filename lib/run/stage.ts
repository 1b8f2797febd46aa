/**
 * The state of one running case: what its steps share. Facts, faults and operations see it as a
 * {@link Scene}; only steps change it.
 *
 * @module
 */
import type { Cluster, LogMark, Node } from "../cluster/model.ts";
import { loginOf, Observer } from "../cluster/observer.ts";
import { Roles } from "../cluster/roles.ts";
import { leave } from "../link/enter.ts";
import { Links } from "../link/links.ts";
import type { RunningLoad } from "../load/model.ts";
import type { Pooler } from "../pooler/model.ts";
import { PoolerProcess } from "../pooler/process.ts";
import type { Emit } from "../result/event.ts";
import type { Case } from "../scenario/model.ts";
import { Session } from "../sql/session.ts";
import type { Ending } from "../step/ending.ts";
import type { Stack } from "../stack/model.ts";
import type { KeepHistory } from "../workload/model.ts";
import type { RunningLane } from "./lane.ts";
import { seededRandom } from "./random.ts";
import type { Disturbance, Scene, WalEnd } from "./scene.ts";
import { UndoStack } from "./undo.ts";

/** A session that a scenario named, and where it is. */
export interface NamedSession {
  node: Node;
  session: Session;
  /** The statement that a step left running: its backend, and what becomes of it. */
  running?: { pid: number; ending: Promise<Ending> } | undefined;
}

/** A fault in effect, under the name by which the scenario speaks of it. */
export interface HeldFault {
  kind: string;
  nodes: Node[];
  /** Heals it on every node and proves it gone. Does nothing the second time. */
  heal(signal: AbortSignal): Promise<void>;
}

/** Log positions of every node of a cluster, by node name. */
export async function markLogs(cluster: Cluster): Promise<Map<string, LogMark>> {
  const marks = cluster.nodes.map(async (node) => [node.name, await node.markLog()] as const);
  return new Map(await Promise.all(marks));
}

/** The stage of one case. Dispose it to close its connections. */
export class Stage implements Scene, AsyncDisposable {
  readonly case: string;
  readonly stack: Stack;
  readonly cluster: Cluster;
  readonly emit: Emit;
  readonly observer = new Observer("pgproof");
  /** Connections of the scenario's own statements. */
  readonly actor = new Observer("pgproof step");
  /** Connections of the invariants, so that a blocked step cannot blind them. */
  readonly watcher = new Observer("pgproof invariant");
  readonly roles: Roles;
  /** The case's seed, for what must not depend on the order of other choices. */
  readonly seed: number;
  readonly random: () => number;
  readonly links: Links;
  readonly undo = new UndoStack();
  readonly loads = new Map<string, RunningLoad>();
  readonly faults = new Map<string, HeldFault>();
  readonly sessions = new Map<string, NamedSession>();
  /** Background lanes whose end nobody has waited for. */
  readonly lanes = new Map<string, RunningLane>();
  /** What steps saved, and the scenario's variables. */
  readonly saved: Map<string, unknown>;
  readonly logStart: ReadonlyMap<string, LogMark>;
  readonly stepLogs = new Map<string, ReadonlyMap<string, LogMark>>();
  /** Log positions as of the start of the step that began last. */
  logsNow: ReadonlyMap<string, LogMark>;
  /** Multiplies every time limit. */
  readonly timeScale: number;
  /** Where histories of workloads are kept; undefined: nowhere. */
  readonly keepHistory: KeepHistory | undefined;
  /**
   * Aborts when what is being performed must stop: the section's deadline, an interrupt, a violated
   * invariant.
   */
  signal: AbortSignal;
  lastWrite: { lsn: string; node: string } | undefined;
  readonly disturbances: Disturbance[] = [];
  readonly walEnds = new Map<Node, WalEnd>();
  readonly #disturbed = new Map<Node, number>();
  readonly #stopped = new Set<Node>();
  #undoesRelays = false;
  #pooler: Promise<Pooler> | undefined;

  constructor(subject: Case, cluster: Cluster, options: {
    stack: Stack;
    emit: Emit;
    logStart: ReadonlyMap<string, LogMark>;
    timeScale: number;
    keepHistory?: KeepHistory | undefined;
    signal: AbortSignal;
  }) {
    this.case = subject.id;
    this.cluster = cluster;
    this.stack = options.stack;
    this.emit = options.emit;
    this.logStart = options.logStart;
    this.logsNow = options.logStart;
    this.timeScale = options.timeScale;
    this.keepHistory = options.keepHistory;
    this.signal = options.signal;
    this.seed = subject.seed;
    this.random = seededRandom(subject.seed);
    // Numbers of its own: how many it needs depends on how bytes come in.
    this.links = new Links(cluster, seededRandom(subject.seed + 1));
    this.roles = new Roles(cluster, this.observer, this.random);
    this.saved = new Map(Object.entries({ ...subject.scenario.vars, ...subject.combination }));
  }

  /** Nodes that something declared disturbs now. */
  get disturbed(): ReadonlySet<Node> {
    return new Set([...this.#disturbed.keys(), ...this.#stopped]);
  }

  /** After an operation: a node that was stopped on purpose is excused until something starts it. */
  async noteStopped(nodes: readonly Node[]): Promise<void> {
    for (const node of nodes) {
      if (await node.state() === "stopped") this.#stopped.add(node);
      else this.#stopped.delete(node);
    }
  }

  /** Before the first link goes through a relay: it must not when the relays are gone. */
  undoRelays(): void {
    if (this.#undoesRelays) return;
    this.#undoesRelays = true;
    this.undo.push("relays between nodes", (signal) => leave(this, signal));
  }

  /** Notes that something is done to the cluster from now on; call what it returns when it is over. */
  noteDisturbance(kind: Disturbance["kind"], what: string): () => void {
    const disturbance: Disturbance = { kind, what, from: performance.now(), to: undefined };
    this.disturbances.push(disturbance);
    return () => {
      disturbance.to ??= performance.now();
    };
  }

  /** Marks nodes as disturbed; call what it returns when that is over. */
  disturb(nodes: readonly Node[]): () => void {
    for (const node of nodes) this.#disturbed.set(node, (this.#disturbed.get(node) ?? 0) + 1);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      for (const node of nodes) {
        const left = this.#disturbed.get(node)! - 1;
        if (left > 0) this.#disturbed.set(node, left);
        else this.#disturbed.delete(node);
      }
    };
  }

  /** The pooler in front of the nodes, started by the first who goes through it, until undo. */
  #throughPooler(signal: AbortSignal): Promise<Pooler> {
    const { cluster, stack } = this;
    const start = cluster.startPooler ??
      ((signal) => PoolerProcess.start(cluster.nodes, stack.pooler, signal));
    return this.#pooler ??= start(signal).then((pooler) => {
      this.undo.push("pooler", (signal) => pooler.stop(signal));
      return pooler;
    }, (error) => {
      // The next one tries anew: the end of this one's time says nothing of it.
      this.#pooler = undefined;
      throw error;
    });
  }

  /** The last lines that the pooler wrote; none when nobody went through one. */
  async poolerLog(): Promise<string[]> {
    const pooler = await this.#pooler?.catch(() => undefined);
    return await pooler?.lastLines() ?? [];
  }

  /**
   * A connection of its own to a node, logged in as the stack's user or another role, or through the
   * pooler.
   * @throws {SqlError}; {@link NodeError} when there is to be a pooler and it does not start.
   */
  async connect(
    node: Node,
    options: { as?: string | undefined; through?: "pooler" | undefined; signal: AbortSignal },
  ): Promise<Session> {
    const { as, through, signal } = options;
    const own = through ? (await this.#throughPooler(signal)).loginTo(node) : loginOf(node);
    const login = { ...own, applicationName: "pgproof scenario" };
    return await Session.open(as ? { ...login, user: as } : login, signal);
  }

  /** Closes every connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { session } of this.sessions.values()) session.destroy();
    await Promise.all(
      [this.observer, this.actor, this.watcher, this.links].map((eyes) =>
        eyes[Symbol.asyncDispose]()
      ),
    );
  }
}
