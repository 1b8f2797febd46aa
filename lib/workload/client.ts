/**
 * One client of a workload: a session that has one task at a time, on connections of its own to each
 * node it speaks to.
 *
 * After a write without a clear answer nobody knows when it happens, if ever: who asked goes on as
 * somebody else, with a new process number, as Jepsen's histories want it.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Ending, History } from "../history/history.ts";
import type { Fate } from "../load/model.ts";
import type { Isolation } from "../scenario/model.ts";
import { type Session, SqlError } from "../sql/session.ts";
import { Deadline } from "../time/deadline.ts";
import { sleep } from "../time/sleep.ts";
import { Conversation } from "./conversation.ts";
import { type Actor, Declined, type Task } from "./kind.ts";

/** How long a server may take to let in, and to answer, in milliseconds. */
const [connectMs, answerMs] = [5000, 10_000];

/** The pause after a connection that failed, in milliseconds. */
const pauseMs = 100;

/** Answers after which a writer looks for the primary anew: the server is a replica now. */
const readOnly = "25006";

/** What a client's owner does for it. */
export interface ClientOwner {
  readonly history: History;
  readonly isolation: Isolation;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
  /** Ends the waiting for what is due. */
  readonly over: AbortSignal;
  /** Finds the node of a reader, or of the writer, now. */
  find(reader: string | undefined, signal: AbortSignal): Promise<Node>;
  connect(node: Node, signal: AbortSignal): Promise<Session>;
  /** A number that no client has had. */
  newProcess(): number;
  /** Whether a client takes another task. */
  goesOn(actor: Actor): boolean;
  /** A client woke up at `now` to take the task that was due. */
  woke(client: number, dueAt: number, now: number): void;
  /** A write was sent; it will be settled. */
  sent(): void;
  /** What became of a write; `sentAt` is NaN when no connection could be had. */
  settled(what: {
    sentAt: number;
    endedAt: number;
    fate: Fate;
    code: string;
    node: string;
    client: number;
  }): void;
}

/** How an operation ends in the history. */
const endings: Record<Fate, Ending> = { acknowledged: "ok", refused: "fail", unknown: "info" };

/** A connection, and the node at its other end. */
interface Line {
  node: Node;
  session: Session;
}

/** Performs an actor's tasks. */
export class WorkloadClient {
  readonly #actor: Actor;
  readonly #owner: ClientOwner;
  readonly #number: number;
  /** By reader; the writer's under no name. */
  readonly #lines = new Map<string | undefined, Line>();
  #process: number;

  constructor(number: number, actor: Actor, owner: ClientOwner) {
    this.#number = number;
    this.#actor = actor;
    this.#owner = owner;
    this.#process = owner.newProcess();
  }

  /** Goes on until its owner says otherwise. Closes its connections. */
  async run(firstAt: number): Promise<void> {
    const { signal, over } = this.#owner;
    const waiting = this.#actor.lingers ? signal : over;
    try {
      for (let dueAt = firstAt; this.#owner.goesOn(this.#actor);) {
        await sleep(dueAt - performance.now(), waiting);
        if (!this.#owner.goesOn(this.#actor)) break;
        this.#owner.woke(this.#number, dueAt, performance.now());
        await this.#take(this.#actor.next());
        dueAt = Math.max(dueAt + this.#actor.intervalMs, performance.now());
      }
    } catch (error) {
      if (!waiting.aborted) throw error;
    } finally {
      await Promise.all([...this.#lines.values()].map(({ session }) => session.close()));
    }
  }

  async #take(task: Task): Promise<void> {
    const line = await this.#line(task.reader);
    if (line instanceof Error) {
      const code = line instanceof SqlError ? line.code : line.name;
      if (task.reader === undefined && !task.isAside) {
        this.#settle({ fate: "refused", code, node: "" });
      }
      return await sleep(pauseMs, this.#owner.signal);
    }
    await this.#perform(task, line);
  }

  /** The connection to a node; an error when it could not be had. */
  async #line(reader: string | undefined): Promise<Line | Error> {
    const known = this.#lines.get(reader);
    if (known?.session.isAlive) return known;
    this.#drop(reader);
    const { signal } = this.#owner;
    using limit = new Deadline("connection attempt", connectMs, signal);
    try {
      const node = await this.#owner.find(reader, limit.signal);
      const line = { node, session: await this.#owner.connect(node, limit.signal) };
      this.#lines.set(reader, line);
      return line;
    } catch (error) {
      signal.throwIfAborted();
      return error as Error;
    }
  }

  #drop(reader: string | undefined): void {
    this.#lines.get(reader)?.session.destroy();
    this.#lines.delete(reader);
  }

  async #perform(task: Task, { node, session }: Line): Promise<void> {
    const { history, signal, isolation } = this.#owner;
    const isWrite = task.reader === undefined;
    using limit = new Deadline("answer", answerMs, signal);
    const talk = new Conversation(session, { isolation, signal: limit.signal });
    if (task.isAside) return await this.#askAside(task, talk);
    const at = performance.now();
    const row = history.begin({ process: this.#process, node: node.name, at }, task.ops);
    if (isWrite) this.#owner.sent();
    const end = (fate: Fate, code: string, readings?: Parameters<History["end"]>[3]) => {
      const endedAt = performance.now();
      // A read that was not answered has changed nothing.
      const how = isWrite || fate === "acknowledged" ? endings[fate] : "fail";
      history.end(row, how, endedAt, readings);
      if (how === "info") this.#process = this.#owner.newProcess();
      if (isWrite) this.#settle({ fate, code, node: node.name, sentAt: at, endedAt });
    };
    try {
      const readings = await task.perform(talk);
      end(talk.fate, talk.fate === "acknowledged" ? "" : "warning", readings);
    } catch (error) {
      if (error instanceof Declined) end("refused", "declined");
      else if (error instanceof SqlError) end(talk.fateOf(error), error.code);
      else throw error;
      const isOther = isWrite && error instanceof SqlError && error.code === readOnly;
      if (!await talk.mend() || isOther) this.#drop(task.reader);
    }
  }

  async #askAside(task: Task, talk: Conversation): Promise<void> {
    try {
      await task.perform(talk);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.#drop(task.reader);
    }
  }

  #settle(what: {
    fate: Fate;
    code: string;
    node: string;
    sentAt?: number;
    endedAt?: number;
  }): void {
    const { sentAt = NaN, endedAt = performance.now() } = what;
    const client = Number.isNaN(sentAt) ? -1 : this.#number;
    this.#owner.settled({ ...what, sentAt, endedAt, client });
  }
}
