/**
 * A prepared statement as the driver runs it when nobody wants its rows: parsed once for each
 * connection, then Bind, Execute and Sync in one write, and only the command tag read back. The
 * driver's own query also describes, copies and collects; for a load that is a third of its work.
 * The answer to most writes is three messages in one piece: that one is read here, without the
 * driver's parser; whatever else comes is read by the driver.
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
const tail = [0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4];

/** Messages are cut from one piece of memory after the other; each is written once and kept by the socket. */
const poolBytes = 65_536;
let pool = Buffer.allocUnsafeSlow(poolBytes);
let used = 0;

function putInt16(value: number, at: number): number {
  pool[at] = value >> 8;
  pool[at + 1] = value;
  return at + 2;
}

function putInt32(value: number, at: number): number {
  return putInt16(value, putInt16(value >> 16, at));
}

/** Nearly all texts are short and ASCII, for which the runtime's encoder costs more than it does. */
function putText(text: string, from: number): number {
  let at = from;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return from + pool.write(text, from);
    pool[at++] = code;
  }
  return at;
}

/**
 * Bind with parameters as text, Execute and Sync as one piece: the runtime gathers several at a cost
 * that is most of a small statement's.
 * Source: https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function execution(name: string, parameters: readonly (string | null)[]): Buffer {
  // A UTF-16 unit is at most three bytes.
  let bytesMax = 32 + 3 * name.length;
  for (const value of parameters) bytesMax += 4 + 3 * (value?.length ?? 0);
  if (used + bytesMax > pool.length) {
    pool = Buffer.allocUnsafeSlow(Math.max(poolBytes, bytesMax));
    used = 0;
  }
  const from = used;
  pool[from] = 0x42;
  // The unnamed portal.
  let at = from + 5;
  pool[at++] = 0;
  at = putText(name, at);
  pool[at++] = 0;
  // No format codes: all of them are text.
  at = putInt16(0, at);
  at = putInt16(parameters.length, at);
  for (const value of parameters) {
    const end = value === null ? at + 4 : putText(value, at + 4);
    putInt32(value === null ? -1 : end - at - 4, at);
    at = end;
  }
  // Nor for the results.
  at = putInt16(0, at);
  putInt32(at - from - 1, from + 1);
  for (const byte of tail) pool[at++] = byte;
  used = at;
  return pool.subarray(from, at);
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

/** Where the tag begins behind BindComplete and the head of CommandComplete. */
const tagAt = 10;

/**
 * True for BindComplete, CommandComplete and ReadyForQuery and nothing else.
 * Source: https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
function isPlainAnswer(piece: Uint8Array): boolean {
  const ready = piece.length - 6;
  // A tag is so short that the first three bytes of its message's length are 0.
  return ready > tagAt && piece[0] === 0x32 && piece[4] === 4 && piece[5] === 0x43 &&
    piece[8] === 0 && piece[9] === ready - 6 && piece[ready] === 0x5a && piece[ready + 4] === 5;
}

/** Whether a plain answer's tag begins with that word: one statement's always does, nearly. */
function isVerb(verb: string, piece: Uint8Array): boolean {
  for (let index = 0; index < verb.length; index++) {
    if (piece[tagAt + index] !== verb.charCodeAt(index)) return false;
  }
  const end = piece[tagAt + verb.length];
  return verb !== "" && (end === 0x20 || end === 0);
}

function verbOf(piece: Uint8Array): string {
  let verb = "";
  for (let at = tagAt; piece[at] !== 0x20 && piece[at] !== 0; at++) {
    verb += String.fromCharCode(piece[at]!);
  }
  return verb;
}

/** Executions of one session, one after the other, to be handed to the driver's `query()`. */
export class PreparedExecution {
  /** The driver notes a statement as parsed by these two. */
  name = "";
  text = "";
  #parameters: readonly (string | null)[] = [];
  readonly #settle: Settle;
  #command = "";
  #value: string | null | undefined;
  /** Set while nothing has come of an answer that may be plain. */
  #awaited: pg.Connection | undefined;

  /** `settle` hears once for each. */
  constructor(settle: Settle) {
    this.#settle = settle;
  }

  /** Makes it the next one. The last one must be settled. */
  of(statement: PreparedSql, parameters: readonly (string | null)[]): this {
    this.name = statement.name;
    this.text = statement.text;
    this.#parameters = parameters;
    this.#value = undefined;
    return this;
  }

  /** Called by the driver when it is this one's turn. */
  submit(connection: pg.Connection): void {
    const { stream, parsedStatements } = connection as Connection;
    const isParsed = parsedStatements[this.name] !== undefined;
    if (!isParsed) connection.parse({ name: this.name, text: this.text, types: [] }, true);
    this.#awaited = isParsed ? connection : undefined;
    stream.write(execution(this.name, this.#parameters));
  }

  /**
   * Is shown what the server sent. Understands an answer without rows that came whole, and tells the
   * driver no more than that it is over; false: the driver has to read it.
   */
  hear(piece: Uint8Array): boolean {
    const connection = this.#awaited;
    // Only the first piece begins with a message.
    this.#awaited = undefined;
    if (!connection || !isPlainAnswer(piece)) return false;
    if (!isVerb(this.#command, piece)) this.#command = verbOf(piece);
    connection.emit("readyForQuery");
    return true;
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
  handleEmptyQuery(): void {
    this.#command = "";
  }

  /** Data of COPY TO are not wanted. */
  handleCopyData(): void {}
}
