/**
 * One task's talk with a server, and what is known of its fate at each point.
 *
 * @module
 */
import { type CommitPoint, fateOf, hasWarning } from "../load/fate.ts";
import type { Fate } from "../load/model.ts";
import type { Isolation } from "../scenario/model.ts";
import { type Session, SqlError } from "../sql/session.ts";
import type { Talk } from "./kind.ts";

/** A talk on one session. The signal bounds every answer. */
export class Conversation implements Talk {
  readonly #session: Session;
  readonly #signal: AbortSignal;
  readonly #isolation: Isolation;
  #at: CommitPoint = "commit";
  #command = "";
  #isWarned = false;

  constructor(session: Session, options: { isolation: Isolation; signal: AbortSignal }) {
    this.#session = session;
    this.#isolation = options.isolation;
    this.#signal = options.signal;
  }

  /** The rows of one statement. */
  async ask(sql: string, parameters: unknown[] = []): Promise<unknown[][]> {
    const { rows, command, notices } = await this.#session.query(sql, parameters, this.#signal);
    this.#command = command;
    this.#isWarned ||= hasWarning(notices);
    return rows;
  }

  /** Statements in one transaction. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    this.#at = "before";
    await this.ask(`begin isolation level ${this.#isolation}`);
    const result = await work();
    this.#at = "commit";
    await this.ask("commit");
    return result;
  }

  /** The fate of what was answered to its end. */
  get fate(): Fate {
    return fateOf({ kind: "answer", command: this.#command, warned: this.#isWarned });
  }

  /** The fate of what an error ended. */
  fateOf({ code, severity }: SqlError): Fate {
    return fateOf({ kind: "error", code, severity, at: this.#at });
  }

  /** Ends a transaction that was left open; false when the session is of no further use. */
  async mend(): Promise<boolean> {
    if (!this.#session.isAlive) return false;
    if (this.#at === "commit") return true;
    try {
      await this.ask("rollback");
      return true;
    } catch (error) {
      if (error instanceof SqlError) return false;
      throw error;
    }
  }
}
