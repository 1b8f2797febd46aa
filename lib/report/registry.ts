/**
 * Every report format, by the word `--report` takes. One line each.
 *
 * @module
 */
import type { Result } from "../result/model.ts";
import { renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";

/** A format: a pure function of the result. */
export interface ReportFormat {
  name: string;
  /** Name of the file in the output folder when no path is given. */
  file: string;
  /** Whether every run writes it. */
  isDefault: boolean;
  render(result: Result): string;
}

const kinds: readonly ReportFormat[] = [
  { name: "json", file: "result.json", isDefault: true, render: renderJson },
  { name: "junit", file: "junit.xml", isDefault: true, render: renderJunit },
];

/** By name. */
export const formats: ReadonlyMap<string, ReportFormat> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
