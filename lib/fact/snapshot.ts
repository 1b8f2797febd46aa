/**
 * One snapshot of one node's data, with every setting pinned that changes how a value is written.
 * Two copies of the same rows give the same text, whatever their servers are set to.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { loginOf } from "../cluster/observer.ts";
import { type Answer, Session } from "../sql/session.ts";

/** Settings that change the text of a value. */
const pinned: Record<string, string> = {
  TimeZone: "UTC",
  DateStyle: "ISO, YMD",
  IntervalStyle: "postgres",
  extra_float_digits: "3",
  bytea_output: "hex",
  client_encoding: "UTF8",
  lc_monetary: "C",
  search_path: "pg_catalog",
  xmloption: "content",
  statement_timeout: "0",
  idle_in_transaction_session_timeout: "0",
};

/** A read-only transaction on a connection of its own. Dispose it to end both. */
export class Snapshot implements AsyncDisposable {
  readonly node: Node;
  /** `xmin:xmax:xip`: which transactions it sees. */
  readonly id: string;
  readonly #session: Session;

  private constructor(node: Node, session: Session, id: string) {
    this.node = node;
    this.#session = session;
    this.id = id;
  }

  /**
   * Takes a snapshot of a node now.
   * @throws {SqlError}
   */
  static async take(node: Node, signal: AbortSignal): Promise<Snapshot> {
    const session = await Session.open(loginOf(node), signal);
    try {
      const settings = Object.entries(pinned).map(([name, value]) =>
        `set local ${name} to '${value}'`
      );
      const begin = "begin transaction isolation level repeatable read read only";
      await session.query([begin, ...settings].join("; "), [], signal);
      const { rows } = await session.query("select pg_current_snapshot()::text", [], signal);
      return new Snapshot(node, session, String(rows[0]![0]));
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Reads in the snapshot. */
  query(sql: string, parameters: unknown[], signal: AbortSignal): Promise<Answer> {
    return this.#session.query(sql, parameters, signal);
  }

  /**
   * True when both see exactly the same transactions: none was running, and the last one to end is
   * the same. (A replica lists no running ones, so snapshots with some cannot be told apart.)
   */
  isSameAs(other: Snapshot): boolean {
    const [xmin, xmax, running] = this.id.split(":");
    return xmin === xmax && running === "" && this.id === other.id;
  }

  /** Ends the transaction and the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.close();
  }
}
