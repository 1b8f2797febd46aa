/**
 * The harness's own eyes: one connection per node, opened when needed, reopened when it was lost.
 * Never used for what a scenario does, so a scenario's open transaction cannot blind it.
 *
 * @module
 */
import { type Answer, type Login, Session, SqlError } from "../sql/session.ts";
import type { Node } from "./model.ts";

/** The stack's own user on a node. */
export function loginOf(node: Pick<Node, "declared" | "address">): Login {
  const { user, password, database } = node.declared;
  return { ...node.address, user, password, database };
}

/** Asks nodes questions. Dispose it to close its connections. */
export class Observer implements AsyncDisposable {
  readonly #sessions = new Map<Node, Session>();
  readonly #turns = new Map<Node, Promise<unknown>>();
  readonly #applicationName: string;

  constructor(applicationName = "pgproof") {
    this.#applicationName = applicationName;
  }

  /**
   * Asks one node. Questions to the same node wait for each other; a lost connection is replaced
   * once, before the question is sent, never after.
   * @throws {SqlError}
   */
  ask(node: Node, sql: string, parameters: unknown[], signal: AbortSignal): Promise<Answer> {
    const before = this.#turns.get(node) ?? Promise.resolve();
    const turn = before.then(() => this.#ask(node, sql, parameters, signal));
    this.#turns.set(node, turn.catch(() => {}));
    return turn;
  }

  async #ask(node: Node, sql: string, parameters: unknown[], signal: AbortSignal) {
    let session = this.#sessions.get(node);
    if (!session?.isAlive) {
      session?.destroy();
      const login = { ...loginOf(node), applicationName: this.#applicationName };
      session = await Session.open(login, signal);
      this.#sessions.set(node, session);
    }
    return await session.query(sql, parameters, signal);
  }

  /**
   * The first column of the first row.
   * @throws {SqlError}, also (code `02000`) when there is no row.
   */
  async value(node: Node, sql: string, signal: AbortSignal): Promise<unknown> {
    const { rows } = await this.ask(node, sql, [], signal);
    if (!rows[0]) throw new SqlError(`no row from: ${sql}`, "02000");
    return rows[0][0];
  }

  /** Closes every connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
    this.#sessions.clear();
  }
}
