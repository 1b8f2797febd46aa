/**
 * A prepared statement as the driver runs it when nobody wants its rows: parsed once for each
 * connection, then Bind, Execute and Sync in one write, and only the command tag read back. The
 * driver's own query also describes, copies and collects; for a load that is a third of its work.
 *
 * Speaks to the driver as its cursors do, through the methods it calls on anything submitted.
 * Source: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 *
 * @module
 */
import { Buffer } from "node:buffer";
import pg from "./pg.ts";

/** A statement that a session parses once and knows by its name from then on. */
export interface PreparedSql {
  /** Unique among the statements of the session. */
  name: string;
  /** One statement, with `$1`, `$2`, ... */
  text: string;
}

/** The driver's own way from a value to the text of a parameter; null stays null. */
export function parameterText(value: unknown): string | null {
  const { prepareValue } = (pg as unknown as {
    utils: { prepareValue(value: unknown): string | null };
  }).utils;
  return prepareValue(value);
}

/** What of the driver's connection is used here; its types leave the statements out. */
type Connection = pg.Connection & {
  parsedStatements: Record<string, string>;
  sendCopyFail(message: string): void;
};

/** Execute of the unnamed portal for all rows, then Sync. */
const tail = Buffer.from([0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4]);

/**
 * Bind with parameters as text, Execute and Sync as one piece: the runtime gathers several at a cost
 * that is most of a small statement's.
 * Source: https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function execution(name: string, parameters: readonly (string | null)[]): Buffer {
  let length = 4 + 1 + Buffer.byteLength(name) + 1 + 2 + 2 + 2;
  for (const value of parameters) length += 4 + (value === null ? 0 : Buffer.byteLength(value));
  const buffer = Buffer.allocUnsafe(1 + length + tail.length);
  buffer[0] = 0x42;
  let at = buffer.writeInt32BE(length, 1);
  buffer[at++] = 0;
  at += buffer.write(name, at);
  buffer[at++] = 0;
  // No format codes: all of them are text.
  at = buffer.writeInt16BE(0, at);
  at = buffer.writeInt16BE(parameters.length, at);
  for (const value of parameters) {
    const size = value === null ? -1 : buffer.write(value, at + 4);
    at = buffer.writeInt32BE(size, at) + Math.max(0, size);
  }
  // Nor for the results.
  at = buffer.writeInt16BE(0, at);
  tail.copy(buffer, at);
  return buffer;
}

/**
 * Hears the driver's error, or undefined, the command tag's verb and the first value of the last
 * row, as the server wrote it; undefined: there was no row.
 */
export type Settle = (
  error: Error | undefined,
  command: string,
  value: string | null | undefined,
) => void;

/** One execution, to be handed to the driver's `query()`. */
export class PreparedExecution {
  /** The driver notes a statement as parsed by these two. */
  readonly name: string;
  readonly text: string;
  readonly #parameters: (string | null)[];
  readonly #settle: Settle;
  #command = "";
  #value: string | null | undefined;

  constructor(statement: PreparedSql, parameters: (string | null)[], settle: Settle) {
    this.name = statement.name;
    this.text = statement.text;
    this.#parameters = parameters;
    this.#settle = settle;
  }

  /** Called by the driver when it is this one's turn. */
  submit(connection: pg.Connection): void {
    const { stream, parsedStatements } = connection as Connection;
    if (parsedStatements[this.name] === undefined) {
      connection.parse({ name: this.name, text: this.text, types: [] }, true);
    }
    stream.write(execution(this.name, this.#parameters));
  }

  /** The answer's verb: `INSERT`. */
  handleCommandComplete({ text }: { text: string }): void {
    const end = text.indexOf(" ");
    this.#command = end < 0 ? text : text.slice(0, end);
  }

  /** The statement is committed, or its transaction goes on. */
  handleReadyForQuery(): void {
    this.#settle(undefined, this.#command, this.#value);
  }

  /** The server's error, or the end of the connection. */
  handleError(error: Error): void {
    this.#settle(error, "", undefined);
  }

  /** COPY FROM STDIN would wait for data for ever. */
  handleCopyInResponse(connection: pg.Connection): void {
    (connection as Connection).sendCopyFail("a prepared statement has no data to copy");
    connection.sync();
  }

  /** Rows are not wanted. */
  handleRowDescription(): void {}
  /** Of a row only the first value is kept; the fields are text, not yet parsed. */
  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    this.#value = fields[0];
  }
  /** Does not happen: Execute asks for all rows. */
  handlePortalSuspended(): void {}
  /** An empty statement has no tag. */
  handleEmptyQuery(): void {}
  /** Data of COPY TO are not wanted. */
  handleCopyData(): void {}
}
