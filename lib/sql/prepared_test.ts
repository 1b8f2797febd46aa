import { deepEqual, equal } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
import type pg from "./pg.ts";
import { PreparedExecution } from "./prepared.ts";

function message(kind: string, body: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind);
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, Buffer.from(body, "latin1")]);
}

const bound = message("2", "");
const ready = message("Z", "I");
const plain = Buffer.concat([bound, message("C", "INSERT 0 1\0"), ready]);

/** What the driver's connection is to an execution: it notes what was written and what it is told. */
class Wire extends EventEmitter {
  readonly written: Uint8Array[] = [];
  readonly stream = { write: (piece: Uint8Array) => void this.written.push(piece) };
  readonly parsedStatements: Record<string, string> = { insert: "insert" };
  parsed: string[] = [];
  parse({ name }: { name: string }): void {
    this.parsed.push(name);
  }
}

/** An execution that waits for its answer. */
function begin(name = "insert") {
  const settled: unknown[][] = [];
  const execution = new PreparedExecution((...answer) => settled.push(answer));
  const wire = new Wire();
  wire.on("readyForQuery", () => execution.handleReadyForQuery());
  const submit = (parameters: (string | null)[] = ["1"]) =>
    execution.of({ name, text: name }, parameters).submit(wire as unknown as pg.Connection);
  submit();
  return { execution, wire, settled, submit };
}

Deno.test("PreparedExecution.hear() settles by a plain answer that came whole", () => {
  const { execution, settled, submit } = begin();
  equal(execution.hear(plain), true);
  submit();
  equal(execution.hear(Buffer.concat([bound, message("C", "ROLLBACK\0"), ready])), true);
  submit();
  equal(execution.hear(plain), true);
  deepEqual(settled.map(([, command]) => command), ["INSERT", "ROLLBACK", "INSERT"]);
});

Deno.test("PreparedExecution.hear() leaves every part of an answer to the driver", () => {
  for (let cut = 1; cut < plain.length; cut++) {
    const { execution, settled } = begin();
    equal(execution.hear(plain.subarray(0, cut)), false);
    equal(execution.hear(plain.subarray(cut)), false);
    // The driver's parser is in the middle of a message: what looks plain need not be.
    equal(execution.hear(plain), false);
    deepEqual(settled, []);
  }
});

Deno.test("PreparedExecution.hear() leaves to the driver what is not plain", () => {
  const tag = message("C", "INSERT 0 1\0");
  const others = [
    [message("E", "SERROR\0\0"), ready],
    [message("N", "SWARNING\0\0"), bound, tag, ready],
    [bound, message("D", "\0\x01\0\0\0\x017"), tag, ready],
    [bound, tag, message("N", "SWARNING\0\0"), ready],
    [bound, message("I", ""), ready],
    [message("1", ""), bound, tag, ready],
    [bound, tag, ready, ready],
  ];
  for (const messages of others) {
    const { execution, settled } = begin();
    equal(execution.hear(Buffer.concat(messages)), false);
    deepEqual(settled, []);
  }
});

Deno.test("PreparedExecution.hear() leaves the first answer to the driver, which notes the parse", () => {
  const { execution, wire } = begin("new");
  deepEqual(wire.parsed, ["new"]);
  equal(execution.hear(plain), false);
});

Deno.test("PreparedExecution sends parameters of any length in one piece", () => {
  const { wire, submit } = begin();
  const long = "ü".repeat(100_000);
  for (const value of ["", "7", "ü€😀", "a€", long]) submit([value, null]);
  const sent = wire.written.slice(1).map((piece) => {
    const bytes = Buffer.from(piece);
    const at = 5 + 1 + "insert\0".length + 2;
    equal(bytes.readInt32BE(1), bytes.length - 1 - 15);
    equal(bytes.readInt16BE(at), 2);
    const size = bytes.readInt32BE(at + 2);
    equal(bytes.readInt32BE(at + 6 + size), -1);
    return bytes.subarray(at + 6, at + 6 + size).toString();
  });
  deepEqual(sent, ["", "7", "ü€😀", "a€", long]);
});
