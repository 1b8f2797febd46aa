/**
 * One connection of a load and the operation that is on it. It sends one operation at a time, says
 * once what became of it, and never uses a connection again whose state it does not know.
 *
 * @module
 */
import type { Session, SettleStatement, SqlError } from "../sql/session.ts";
import { fateOf, hasWarning } from "./fate.ts";
import type { Fate } from "./model.ts";
import type { PlannedStatement } from "./plan.ts";

/**
 * Answers after which the connection is of no use, though it works: the server became or is a
 * replica, or it no longer knows the prepared statement (DISCARD, changed table).
 */
const stale = new Set(["25006", "26000", "0A000"]);

/** How old a connection must be before such an answer replaces it, in milliseconds. */
const staleAgeMs = 1000;

/** Who hears what a client does. */
export interface ClientOwner {
  /** What became of the client's operation `n`; comes once for each. */
  settled(client: LoadClient, now: number, what: { fate: Fate; code: string }): void;
  /** The client is free again, or has lost its connection. */
  changed(client: LoadClient, now: number): void;
}

/** What an operation sends. */
export interface Planned {
  plan: readonly PlannedStatement[];
  /** What it drew. */
  values: readonly unknown[];
}

/** One of a load's clients. */
export class LoadClient {
  #plan: readonly PlannedStatement[] = [];
  #values: readonly unknown[] = [];
  readonly #owner: ClientOwner;
  #session: Session | undefined;
  #settleOne: SettleStatement = () => {};
  #connectedAt = 0;
  #statement = 0;
  #isWarned = false;
  /** Name of the node it is connected to; kept when the connection is lost. */
  node = "";
  /** The operation on the wire; 0: none. */
  n = 0;
  sentAt = 0;
  /** True while a failed transaction is being rolled back. */
  #isMending = false;

  /** What the last statement that had rows found first, as text; null: no row, or null. */
  value: string | null = null;

  /** `number` tells it from the load's other clients. */
  constructor(readonly number: number, owner: ClientOwner) {
    this.#owner = owner;
  }

  /** True when it has a connection that is not known to be broken. */
  get isConnected(): boolean {
    return this.#session?.isAlive ?? false;
  }

  /** True while it waits for the server. */
  get isWaiting(): boolean {
    return this.n !== 0 || this.#isMending;
  }

  /** Gives it a new connection. */
  adopt(session: Session, node: string, now: number): void {
    this.#session?.destroy();
    this.#session = session;
    this.#settleOne = this.#settling(session);
    this.#connectedAt = now;
    this.#isMending = false;
    this.node = node;
  }

  /** Sends an operation. The client must be connected and wait for nothing. */
  perform(n: number, what: Planned, now: number): void {
    this.n = n;
    this.sentAt = now;
    this.#plan = what.plan;
    this.#values = what.values;
    this.value = null;
    this.#statement = 0;
    this.#isWarned = false;
    this.#send();
  }

  #send(): void {
    const statement = this.#plan[this.#statement]!;
    this.#session!.send(statement, statement.parameters(this.n, this.#values), this.#settleOne);
  }

  /** What hears of every statement on a session; one for all of them, or there is much to collect. */
  #settling(session: Session): SettleStatement {
    return (error, command, notices, value) => {
      // The client may have been told to give up on it meanwhile, which also ends the session.
      if (this.#session !== session) return;
      if (error) return this.#failed(this.#plan[this.#statement]!, error);
      if (notices.length > 0) this.#isWarned ||= hasWarning(notices);
      if (value !== undefined) this.value = value;
      this.#answered(command);
    };
  }

  #answered(command: string): void {
    this.#statement++;
    if (this.#statement < this.#plan.length) return this.#send();
    const fate = fateOf({ kind: "answer", command, warned: this.#isWarned });
    this.#settle(fate, fate === "acknowledged" ? "" : this.#isWarned ? "warning" : command);
  }

  #failed({ at }: PlannedStatement, { code, severity }: SqlError): void {
    const fate = fateOf({ kind: "error", code, severity, at });
    const isAnswer = severity === "ERROR" && this.isConnected;
    const isOld = performance.now() - this.#connectedAt > staleAgeMs;
    if (!isAnswer || (stale.has(code) && isOld)) this.drop();
    else if (this.#plan.length > 1) this.#mend();
    this.#settle(fate, code);
  }

  /** Ends the failed transaction; the client is free when the server has said so. */
  #mend(): void {
    const session = this.#session!;
    this.#isMending = true;
    session.send({ name: "pgproof_rollback", text: "rollback" }, [], (error) => {
      if (this.#session !== session) return;
      this.#isMending = false;
      if (error) this.drop();
      this.#owner.changed(this, performance.now());
    });
  }

  #settle(fate: Fate, code: string): void {
    const now = performance.now();
    this.#owner.settled(this, now, { fate, code });
    this.n = 0;
    if (!this.#isMending) this.#owner.changed(this, now);
  }

  /** Gives up on what it waits for, and on the connection: no answer came in time. */
  giveUp(): void {
    this.drop();
    if (this.n === 0) return this.#owner.changed(this, performance.now());
    const { at } = this.#plan[this.#statement]!;
    this.#settle(fateOf({ kind: "error", code: "timeout", severity: undefined, at }), "timeout");
  }

  /** Forgets the connection and ends it without waiting for the server. */
  drop(): void {
    this.#session?.destroy();
    this.#session = undefined;
    this.#isMending = false;
  }

  /** Ends the connection politely. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }
}
