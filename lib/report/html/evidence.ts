/**
 * What a verdict rests on, as HTML.
 *
 * @module
 */
import type { Evidence } from "../../result/event.ts";
import { cleanText, headAndTail } from "../clean.ts";
import { type Markup, markup } from "./markup.ts";

/** More than this of one text is cut in its middle; the events have it all. */
export const textMax = 16 * 1024;

/** A line of an excerpt; the one that is meant stands out. */
export function yamlLine(line: string, index: number, all: string[]): Markup {
  const isMeant = /^ *\| *\^/.test(all[index + 1] ?? "") || /^ *\| *\^/.test(line);
  return isMeant ? markup`<b>${line}</b>\n` : markup`${line}\n`;
}

/** Evidence by node; windows of server logs as they are. */
export function evidenceList(evidence: readonly Evidence[]): Markup {
  const others = evidence.filter(({ kind }) => kind !== "log");
  const logs = Map.groupBy(
    evidence.filter(({ kind }) => kind === "log"),
    ({ node }) => node ?? "the cluster",
  );
  return markup`${
    others.length > 0
      ? markup`<ul class="evidence">${
        others.map(({ kind, node, text }) =>
          markup`<li><span class="kind">${kind}</span> ${
            node === undefined || text.startsWith(node) ? undefined : markup`
              <b>${node}</b>
            `
          } ${headAndTail(text, textMax)}</li>`
        )
      }</ul>`
      : undefined
  }${
    [...logs].map(([node, entries]) =>
      markup`
        <details class="log" open>
          <summary>Log of ${node}</summary>
          <pre>${
        headAndTail(
          entries.map(({ text }) => cleanText(text).trimEnd()).join("\n"),
          textMax,
        )
          .split("\n").map(logLine)
      }</pre>
        </details>
      `
    )
  }`;
}

/** Severities of PostgreSQL's log, https://www.postgresql.org/docs/current/runtime-config-logging.html */
function logLine(line: string): Markup {
  const loud = /\b(?:ERROR|FATAL|PANIC|WARNING):/.test(line);
  return loud ? markup`<b>${line}</b>\n` : markup`${line}\n`;
}
