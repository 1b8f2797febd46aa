/**
 * One connection to one server, with every wait bounded. A session that met a deadline or lost its
 * server is dead and says so: the driver would leave the old query on the wire.
 *
 * @module
 */
import { raced } from "../time/sleep.ts";
import pg from "./pg.ts";
import { heardSocket } from "./socket.ts";
import { PreparedExecution, type PreparedSql } from "./prepared.ts";

/** Where and as whom to connect. */
export interface Login {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Shown in pg_stat_activity. Default: `pgproof`. */
  applicationName?: string;
  /** Connect for physical replication, which has lines of its own in pg_hba.conf. */
  replication?: boolean;
}

/** What one statement returned. */
export interface Answer {
  columns: string[];
  /** Values in column order; int8 as number where exact, else as string; times and numerics as text. */
  rows: unknown[][];
  /** Rows returned or affected. */
  rowCount: number;
  /** The command tag's verb: `INSERT`. */
  command: string;
  /** Severity and SQLSTATE of each notice that came with the answer. */
  notices: { severity: string; code: string; message: string }[];
}

/** A statement failed, or its connection did. */
export class SqlError extends Error {
  override name = "SqlError";
  /** SQLSTATE, or ECONNREFUSED and the like, or `timeout`, or `lost` when the connection broke. */
  readonly code: string;
  readonly detail: string | undefined;
  /** 1-based position in the SQL text, when the server said one. */
  readonly position: number | undefined;
  /** `ERROR`, `FATAL`, `PANIC` as the server wrote it; undefined when no server answered. */
  readonly severity: string | undefined;

  constructor(
    message: string,
    code: string,
    options: { detail?: string; position?: number; severity?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.detail = options.detail;
    this.position = options.position;
    this.severity = options.severity;
  }

  /**
   * True when the server was not there, or not ready yet: connection refused, starting up, shutting
   * down, broken. Retrying may help; syntax and permission errors are never of this kind.
   * Classes 08 and 57P0x: https://www.postgresql.org/docs/current/errcodes-appendix.html
   */
  get isAbsence(): boolean {
    return /^(08...|57P0.|53300|55000|ECONN\w+|EPIPE|EHOSTUNREACH|ENOTFOUND|ETIMEDOUT|lost|timeout)$/
      .test(this.code);
  }
}

const { types } = pg;
const int8 = 20;
const int8Array = 1016;

/** int8 as a number where that is exact; what has no exact JavaScript form stays text. */
function parserOf(oid: number, format?: "text" | "binary") {
  const numbers = [16, 21, 23, 26, 700, 701, 1000, 1005, 1007, 1009, 114, 3802];
  if (oid === int8) {
    return (text: string) => Number.isSafeInteger(Number(text)) ? Number(text) : text;
  }
  if (oid === int8Array || numbers.includes(oid)) return types.getTypeParser(oid, format as "text");
  return (text: string) => text;
}

function errorOf(cause: unknown, lost: Error | undefined): SqlError {
  if (cause instanceof SqlError) return cause;
  const error = cause as Error & {
    code?: string;
    detail?: string;
    position?: string;
    severity?: string;
    errors?: Error[];
  };
  // The next query on a dead connection has no code: the one of the connection's own end says why.
  const code = error.code ?? (error.errors?.[0] as { code?: string } | undefined)?.code ??
    (lost as { code?: string } | undefined)?.code ??
    (/timeout/i.test(error.message) ? "timeout" : "lost");
  return new SqlError(error.message || code, code, {
    ...(error.detail ? { detail: error.detail } : {}),
    ...(error.position ? { position: Number(error.position) } : {}),
    ...(error.severity ? { severity: error.severity } : {}),
    cause,
  });
}

/** Hears what {@link Session.send} was answered. */
export type SettleStatement = (
  error: SqlError | undefined,
  command: string,
  notices: Answer["notices"],
  value: string | null | undefined,
) => void;

/** One connection; open it with {@link Session.open}. */
export class Session implements AsyncDisposable {
  readonly #client: pg.Client;
  #lost: Error | undefined;
  #notices: Answer["notices"] = [];
  #last: Promise<unknown> = Promise.resolve();
  #settle: SettleStatement | undefined;
  readonly #execution = new PreparedExecution((error, command, value) => {
    this.#settle!(error && errorOf(error, this.#lost), command, this.#notices, value);
  });

  private constructor(client: pg.Client) {
    this.#client = client;
    // Without a listener a server's death would end the harness, or pass in silence.
    client.on("error", (error) => this.#lost ??= error);
    client.on("end", () => this.#lost ??= new Error("Connection terminated"));
    client.on("notice", (notice) =>
      this.#notices.push({
        severity: notice.severity ?? "",
        code: notice.code ?? "",
        message: notice.message ?? "",
      }));
  }

  /**
   * Connects and logs in.
   * @throws {SqlError} when refused, or when the signal aborts first (code `timeout`).
   */
  static async open(login: Login, signal: AbortSignal): Promise<Session> {
    const client = new pg.Client({
      host: login.host,
      port: login.port,
      user: login.user,
      password: login.password,
      database: login.database,
      application_name: login.applicationName ?? "pgproof",
      ...(login.replication ? { replication: "true" } : {}),
      stream: () => heardSocket((piece) => session.#execution.hear(piece)),
      types: { getTypeParser: parserOf as typeof types.getTypeParser },
    });
    const session: Session = new Session(client);
    try {
      await session.#bounded(client.connect(), signal);
    } catch (cause) {
      session.destroy();
      throw errorOf(cause, session.#lost);
    }
    return session;
  }

  /** False once the server, the network or a deadline ended the connection. */
  get isAlive(): boolean {
    return this.#lost === undefined;
  }

  /**
   * Runs one or several statements; parameters are bound (`$1`), which allows only one statement.
   * The answer is the last statement's. Statements of one session queue behind each other.
   * @throws {SqlError}; when the signal aborts first its code is `timeout` and the session is dead.
   */
  query(sql: string, parameters: unknown[], signal: AbortSignal): Promise<Answer> {
    const work = this.#last.then(() => this.#run(sql, parameters, signal));
    this.#last = work.catch(() => {});
    return work;
  }

  async #run(sql: string, parameters: unknown[], signal: AbortSignal): Promise<Answer> {
    if (this.#lost) throw errorOf(this.#lost, this.#lost);
    this.#notices = [];
    try {
      const query = { text: sql, rowMode: "array" as const };
      const work = parameters.length > 0
        ? this.#client.query({ ...query, values: parameters })
        : this.#client.query(query);
      const result = await this.#bounded(work, signal);
      return this.#answerOf(Array.isArray(result) ? result.at(-1)! : result);
    } catch (cause) {
      throw errorOf(cause, this.#lost);
    }
  }

  #answerOf(result: pg.QueryArrayResult): Answer {
    return {
      columns: result.fields.map((field) => field.name),
      rows: result.rows as unknown[][],
      rowCount: result.rowCount ?? result.rows.length,
      command: result.command,
      notices: this.#notices,
    };
  }

  /**
   * Sends one prepared statement at once; `settle` hears once, never before this returns: the
   * error, or the command tag's verb, the notices and the first value of the last row. For a caller
   * with thousands of statements a second and a clock of its own: nothing bounds the wait but
   * {@link Session.destroy}, and the caller sends the next one after this one is settled.
   */
  send(
    statement: PreparedSql,
    parameters: readonly (string | null)[],
    settle: SettleStatement,
  ): void {
    if (this.#notices.length > 0) this.#notices = [];
    this.#settle = settle;
    // A dead client settles too, with an error, in the next tick.
    this.#client.query(this.#execution.of(statement, parameters));
  }

  async #bounded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await raced(work, signal);
    } catch (cause) {
      if (!signal.aborted || cause !== signal.reason) throw cause;
      this.destroy();
      throw new SqlError(
        `no answer: ${String(signal.reason?.message ?? signal.reason)}`,
        "timeout",
        {
          cause,
        },
      );
    }
  }

  /** Ends the connection without waiting for the server, which may be frozen. */
  destroy(): void {
    this.#lost ??= new Error("Connection closed by pgproof");
    // The driver offers no way to drop a connection; end() waits for the server.
    const { connection } = this.#client as unknown as {
      connection: { stream: { destroy(): void } };
    };
    connection.stream.destroy();
  }

  /** Ends the connection politely, or at once when the server does not answer within a second. */
  async close(): Promise<void> {
    if (this.#lost) return this.destroy();
    const signal = AbortSignal.timeout(1000);
    await raced(this.#client.end(), signal).catch(() => {});
    this.destroy();
  }

  /** As {@link Session.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
