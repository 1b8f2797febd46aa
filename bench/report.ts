/**
 * Measurements as a table for people, and as data for programs.
 *
 * @module
 */
import type { Findings, Measurement } from "./model.ts";
import { compare, judge, noisySpread, summarise, type Summary } from "./statistics.ts";

/** A measurement with all that follows from its samples. */
export interface Report extends Measurement {
  subjectSummary: Summary;
  floorSummary?: Summary;
  comparison?: ReturnType<typeof compare>;
  outcome?: ReturnType<typeof judge>;
}

/** Works out what the samples say. */
export function reportOf(measurement: Measurement): Report {
  const { subject, floor, reach, better } = measurement;
  const subjectSummary = summarise(subject.samples);
  if (!floor) return { ...measurement, subjectSummary };
  const floorSummary = summarise(floor.samples);
  const comparison = compare(subject.samples, floor.samples);
  const outcome = reach === undefined
    ? {}
    : { outcome: judge(comparison, floorSummary, { reach, better }) };
  return { ...measurement, subjectSummary, floorSummary, comparison, ...outcome };
}

function format(value: number, unit: Measurement["unit"]): string {
  if (unit === "share") return `${(value * 100).toFixed(1)} %`;
  const digits = value < 10 ? 1 : 0;
  return `${value.toFixed(digits)}${unit === "ms" ? " ms" : "/s"}`;
}

function row(what: string, summary: Summary, unit: Measurement["unit"]): string[] {
  const { n, median, min, max } = summary;
  const range = `${format(min, unit)} to ${format(max, unit)}`;
  return [`  ${what}`, String(n), format(median, unit), range];
}

const outcomes = {
  reached: "reached",
  missed: "missed",
  few: "too few rounds to tell",
  close: "too close to tell",
  noisy: "the machine was too noisy to tell",
};

/** `ratio 1.10 of medians, 1.09 of pairs (95 %: 1.05 to 1.14); wanted: at most 1.25: reached`. */
function verdict({ comparison, outcome, reach, better, floorSummary }: Report): string[] {
  if (!comparison) return [];
  const { ratio, pairs, interval } = comparison;
  const range = interval
    ? `95 %: ${interval.map((value) => value.toFixed(2)).join(" to ")}`
    : "too few rounds for an interval";
  const wanted = outcome
    ? `; wanted: ${better === "lower" ? "at most" : "at least"} ${reach}: ${outcomes[outcome]}`
    : "";
  const lines = [
    `  ratio ${ratio.toFixed(2)} of medians, ${
      pairs.median.toFixed(2)
    } of pairs (${range})${wanted}`,
  ];
  const { spread } = floorSummary!;
  if (spread > noisySpread) {
    lines.push(
      `  noisy: the middle half of the floor spreads over ${format(spread, "share")} of it`,
    );
  }
  return lines;
}

/** Lines of a table, without a title. */
export function formatFindings({ measurements, notes }: Findings): string[] {
  const reports = measurements.map(reportOf);
  const head = ["", "n", "median", "min to max"];
  const rowsOf = (report: Report) => [
    row(report.subject.what, report.subjectSummary, report.unit),
    ...(report.floor ? [row(report.floor.what, report.floorSummary!, report.unit)] : []),
  ];
  const all = [
    head,
    ...reports.flatMap((report) => [[report.name, "", "", ""], ...rowsOf(report)]),
  ];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column]!.length)));
  const line = (cells: string[]) =>
    cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)
    ).join("  ").trimEnd();
  return [
    ...reports.flatMap((report) => [
      line([report.name, ...head.slice(1)]),
      ...rowsOf(report).map(line),
      ...verdict(report),
      "",
    ]),
    ...notes.map((note) => `note: ${note}`),
  ];
}
