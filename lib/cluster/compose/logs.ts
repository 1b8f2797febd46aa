/**
 * A container's output: lines with the engine's time stamps, which also serve as positions.
 *
 * @module
 */
import { raced } from "../../time/sleep.ts";
import type Docker from "./docker.ts";

/** One line. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, UTC, all of one length: text order is time order. */
  at: string;
  text: string;
}

/** The engine cuts trailing zeros off the fraction, and with them the order as text. */
function padded(stamp: string): string {
  const [seconds, fraction = ""] = stamp.replace(/Z$/, "").split(".");
  return `${seconds}.${fraction.padEnd(9, "0")}Z`;
}

/**
 * Joins the frames of a multiplexed stream: a stream number, three zeros, the length, the bytes.
 * Source: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
function demultiplex(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  let text = "";
  for (let at = 0; at + 8 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at + 4);
    text += decoder.decode(bytes.subarray(at + 8, end));
    at = end;
  }
  return text;
}

/** Splits what the engine sent into lines. */
export function parseLogs(bytes: Uint8Array): LogLine[] {
  return demultiplex(bytes).split("\n").filter((line) => line !== "").map((line) => {
    const space = line.indexOf(" ");
    return { at: padded(line.slice(0, space)), text: line.slice(space + 1) };
  });
}

/** Reads a container's output, oldest first; `tail` keeps the last lines, `after` those behind it. */
export async function readLogs(
  container: Docker.Container,
  options: { after?: string; tail?: number },
  signal: AbortSignal,
): Promise<LogLine[]> {
  const since = options.after ? Math.floor(Date.parse(options.after) / 1000) : 0;
  const bytes = await raced(
    container.logs({
      stdout: true,
      stderr: true,
      timestamps: true,
      since,
      ...(options.tail === undefined ? {} : { tail: options.tail }),
    }),
    signal,
  );
  const lines = parseLogs(bytes as unknown as Uint8Array);
  const { after } = options;
  return after === undefined ? lines : lines.filter(({ at }) => at > after);
}
