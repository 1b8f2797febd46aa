import { deepEqual, doesNotThrow, equal, match, ok, throws } from "node:assert/strict";
import type { EventBody, RunEvent } from "./event.ts";
import { readEvents as parse } from "./read.ts";
import { type Clock, EventSinkError, openEventSink } from "./sink.ts";

const note = (text: string, more: Partial<EventBody> = {}) =>
  ({ type: "note", kind: "warning", text, ...more }) as EventBody;

/** Ticks a millisecond and a half each time it is asked. */
function tickingClock(): Clock {
  let ms = 1000;
  return { now: () => ms += 1.5, wall: () => new Date(Date.UTC(2026, 0, 1) + ms) };
}

/** The events in a file. */
function readEvents(path: string): RunEvent[] {
  return parse(Deno.readTextFileSync(path));
}

async function withPath(body: (path: string) => Promise<void> | void): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body(`${directory}/reports/events.ndjson`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("openEventSink() writes each event before emit returns", () =>
  withPath((path) => {
    const sink = openEventSink(path, { secrets: [], clock: tickingClock() });
    sink.emit(note("one"));
    const [event] = readEvents(path);
    deepEqual(event, {
      t: 1.5,
      at: "2026-01-01T00:00:01.003Z",
      type: "note",
      kind: "warning",
      text: "one",
    });
    sink.close();
  }));

Deno.test("openEventSink() hands subscribers what a reader sees, masked, in order", () =>
  withPath((path) => {
    const sink = openEventSink(path, { secrets: ["hunter22"] });
    const seen: RunEvent[] = [];
    sink.subscribe((event) => {
      if ((event as { text: string }).text === "password ***") sink.emit(note("caused by it"));
    });
    sink.subscribe((event) => seen.push(event));
    sink.emit(note("password hunter22", {
      evidence: [{ kind: "rows", text: "", data: { hunter22: 1n, at: new Date(0) } }],
    }));
    sink.emit(note("later"));
    sink.close();
    deepEqual(readEvents(path), seen);
    deepEqual(
      seen.map((event) => (event as { text: string }).text),
      ["password ***", "caused by it", "later"],
    );
    const { evidence } = seen[0] as unknown as { evidence: { data: unknown }[] };
    deepEqual(evidence[0]!.data, { "***": "1", at: "1970-01-01T00:00:00.000Z" });
    ok(seen.every((event, index) => index === 0 || event.t >= seen[index - 1]!.t));
  }));

Deno.test("openEventSink() keeps the format when a secret is one of its words", () =>
  withPath((path) => {
    const sink = openEventSink(path, { secrets: ["passed", "case", "problems", "case-ended"] });
    sink.emit({ type: "case-ended", case: "a", verdict: "passed", ms: 1, problems: [] });
    sink.close();
    const [{ t: _t, at: _at, ...event }] = readEvents(path) as [RunEvent];
    deepEqual(event, { type: "case-ended", case: "a", verdict: "passed", ms: 1, problems: [] });
  }));

Deno.test("openEventSink() does not throw into a run, and says at the end what went wrong", () =>
  withPath((path) => {
    const sink = openEventSink(path, { secrets: [] });
    const seen: string[] = [];
    sink.subscribe(() => {
      throw new Error("the terminal is gone");
    });
    sink.subscribe((event) => seen.push((event as { text: string }).text));
    doesNotThrow(() => sink.emit(note("one")));
    throws(() => sink.close(), (error) => {
      ok(error instanceof EventSinkError);
      match(error.message, /Cannot hand on an event of .*events\.ndjson: the terminal is gone/);
      return true;
    });
    doesNotThrow(() => (sink.close(), sink.emit(note("too late"))));
    deepEqual(seen, ["one"]);
    equal((readEvents(path)).length, 1);
  }));

Deno.test("openEventSink() says when an event could not be written", () =>
  withPath((path) => {
    const sink = openEventSink(path, { secrets: [] });
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    sink.emit(note("bad", { evidence: [{ kind: "rows", text: "", data: cycle }] }));
    sink.emit(note("good"));
    throws(() => sink.close(), /Cannot record an event in .*: Converting circular structure/);
    equal((readEvents(path)).length, 1);
  }));

Deno.test({
  name: "openEventSink() goes on without a file when the disk is full, and says so",
  ignore: Deno.build.os !== "linux",
  fn() {
    const sink = openEventSink("/dev/full", { secrets: [] });
    const seen: RunEvent[] = [];
    sink.subscribe((event) => seen.push(event));
    sink.emit(note("one"));
    sink.emit(note("two"));
    equal(seen.length, 2);
    throws(() => sink.close(), /Cannot write \/dev\/full: No space left on device/);
  },
});

Deno.test("openEventSink() begins the file anew", () =>
  withPath((path) => {
    for (const text of ["a longer event of an old run", "new"]) {
      const sink = openEventSink(path, { secrets: [] });
      sink.emit(note(text));
      sink.close();
    }
    deepEqual(readEvents(path).map((event) => (event as { text: string }).text), ["new"]);
  }));

Deno.test("openEventSink() refuses a path that cannot be written", () => {
  throws(
    () => openEventSink("/dev/null/events.ndjson", { secrets: [] }),
    (error) => error instanceof EventSinkError && error.message.startsWith("Cannot write /dev/"),
  );
});

Deno.test("readEvents() has all but the last line of a writer that was killed", () =>
  withPath(async (path) => {
    const url = new URL("./sink.ts", import.meta.url).href;
    const code = `
      const { openEventSink } = await import(${JSON.stringify(url)});
      const sink = openEventSink(${JSON.stringify(path)}, { secrets: [] });
      for (let n = 0; n < 100; n++) sink.emit({ type: "note", kind: "warning", text: "n" + n });
      Deno.kill(Deno.pid, "SIGKILL");`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-lock", code],
      stderr: "null",
      stdout: "null",
    });
    equal((await child.output()).signal, "SIGKILL");
    ok((readEvents(path)).length >= 99);
  }));

Deno.test("readEvents() leaves out a last line that was cut short, and only that", () => {
  const line = JSON.stringify({ t: 0, at: "", type: "note", kind: "warning", text: "é" });
  equal(parse(`${line}\n${line}`).length, 2);
  for (let length = 0; length < line.length; length++) {
    equal(parse(`${line}\n${line.slice(0, length)}`).length, 1);
  }
  throws(() => parse(`${line}\n{"type":\n${line}\n`), /Cannot read events, line 2: /);
  throws(() => parse(`null\n${line}\n`), /Cannot read events, line 1: no type of event/);
});
