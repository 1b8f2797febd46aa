/**
 * GitLab: the code quality widget of a merge request, and its metrics widget (OpenMetrics).
 *
 * @module
 */
import type { CaseResult, Result } from "../result/model.ts";
import { causesOf, placeOf, problemLine } from "./causes.ts";
import { sha256 } from "./controls/digest.ts";
import { oneLine } from "./clean.ts";
import { isAsked } from "./limit.ts";
import { badCases } from "./run_case.ts";

/**
 * Findings as https://docs.gitlab.com/ci/testing/code_quality/ wants them. A fingerprint holds no
 * line and no measured value, so that the same finding is known again.
 */
export function renderGitlab(result: Result): string {
  const findings = badCases(result).flatMap((subject) =>
    causesOf(subject).map(({ problem, step, verdict }) => ({
      description: oneLine(`${subject.name}: ${problemLine(problem)}`),
      check_name: problem.code,
      fingerprint: sha256(JSON.stringify([subject.id, step?.id ?? "", problem.code])),
      severity: verdict === "failed" ? "critical" : "major",
      location: {
        path: (step?.place.file ?? placeOf(subject).file).replace(/^\.\//, ""),
        lines: { begin: step?.place.line ?? subject.line },
      },
    }))
  );
  const unique = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  return JSON.stringify([...unique.values()], null, 2) + "\n";
}

/** Measures and totals as OpenMetrics text, https://prometheus.io/docs/specs/om/open_metrics_spec/ */
export function renderMetrics({ cases, totals, run }: Result): string {
  const { cases: _all, ...byVerdict } = totals;
  const lines = [
    "# TYPE pgproof_cases gauge",
    "# HELP pgproof_cases Cases of the run by verdict.",
    ...Object.entries(byVerdict).map(([verdict, count]) =>
      sample("pgproof_cases", { verdict }, count)
    ),
    "# TYPE pgproof_exit gauge",
    "# HELP pgproof_exit Exit code of the run.",
    sample("pgproof_exit", {}, run.exit),
    "# TYPE pgproof_measure gauge",
    "# HELP pgproof_measure Median of a measure, in its unit.",
    ...unique(cases.flatMap((subject) => measureLines(subject, "median"))),
    ...tails.flatMap(([word, help]) => [
      `# TYPE pgproof_measure_${word} gauge`,
      `# HELP pgproof_measure_${word} ${help}`,
      ...unique(cases.flatMap((subject) => measureLines(subject, word))),
    ]),
    "# EOF",
  ];
  return lines.join("\n") + "\n";
}

/** Beside the median, of what scenarios ask for. */
const tails = [
  ["n", "How many values a measure is made of."],
  ["p90", "What 90 % of a measure's values do not exceed."],
  ["p95", "What 95 % of a measure's values do not exceed."],
  ["p99", "What 99 % of a measure's values do not exceed."],
  ["max", "Highest value of a measure."],
  ["limit", "The limit that a measure was judged by."],
  ["kept", "1 when a measure kept its limit, else 0."],
] as const;

function measureLines({ id, measures }: CaseResult, word: "median" | typeof tails[number][0]) {
  const family = word === "median" ? "pgproof_measure" : `pgproof_measure_${word}`;
  return measures.flatMap((measure) => {
    const { name, node, unit, limit, verdict } = measure;
    const isKept = limit === undefined || !verdict ? undefined : Number(verdict === "passed");
    const value = word === "kept" ? isKept : measure[word];
    if (value === undefined || (word !== "median" && !isAsked(measure))) return [];
    return [sample(family, { case: id, name, ...(node ? { node } : {}), unit }, value)];
  });
}

/** A series may have one value only. */
function unique(lines: string[]): string[] {
  const seen = new Set<string>();
  return lines.filter((line) => {
    const key = line.slice(0, line.lastIndexOf(" "));
    return !seen.has(key) && seen.add(key);
  });
}

function sample(name: string, labels: Record<string, string>, value: number): string {
  const written = Object.entries(labels).map(([label, text]) =>
    `${label}="${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`
  );
  return `${name}${written.length > 0 ? `{${written.join(",")}}` : ""} ${value}`;
}
