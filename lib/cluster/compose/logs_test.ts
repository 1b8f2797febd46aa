import assert from "node:assert/strict";
import { parseLogs } from "./logs.ts";

/** A frame as the engine sends it. */
function frame(stream: 1 | 2, text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [stream, 0, 0, 0, 0, 0, bytes.length >> 8, bytes.length & 255, ...bytes];
}

Deno.test("parseLogs() joins both streams and makes time stamps comparable as text", () => {
  const bytes = new Uint8Array([
    ...frame(1, "2026-11-25T01:26:37.6Z first\n"),
    ...frame(2, "2026-11-25T01:26:37.600000001Z second é\n"),
    ...frame(2, "2026-11-25T01:26:38Z \n"),
  ]);
  const lines = parseLogs(bytes);
  assert.deepEqual(lines.map(({ text }) => text), ["first", "second é", ""]);
  assert.deepEqual(lines.map(({ at }) => at), lines.map(({ at }) => at).toSorted());
});

Deno.test("parseLogs() finds nothing in nothing", () => {
  assert.deepEqual(parseLogs(new Uint8Array()), []);
});
