/**
 * SARIF 2.1.0, for code scanning: what did not pass, on the line of the scenario that says it.
 *
 * @module
 */
import type { Result } from "../result/model.ts";
import { causesOf, problemLine } from "./causes.ts";
import { oneLine } from "./clean.ts";
import { sha256 } from "./controls/digest.ts";
import { badCases } from "./run_case.ts";

/** The result as SARIF. */
export function renderSarif(result: Result): string {
  const { run } = result;
  const found = badCases(result).flatMap((subject) =>
    causesOf(subject).map((cause) => ({ subject, cause }))
  );
  const rules = [...new Set(found.map(({ cause }) => cause.problem.code))].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{
      tool: {
        driver: {
          name: run.tool.name,
          semanticVersion: run.tool.version,
          rules: rules.map((id) => ({ id, shortDescription: { text: id } })),
        },
      },
      invocations: [{
        executionSuccessful: run.complete && result.totals.error === 0,
        exitCode: run.exit,
      }],
      results: found.map(({ subject, cause: { problem, step, verdict } }) => ({
        ruleId: problem.code,
        ruleIndex: rules.indexOf(problem.code),
        level: verdict === "failed" ? "error" : "warning",
        message: { text: oneLine(`${subject.name}: ${problemLine(problem)}`) },
        locations: [{
          physicalLocation: {
            artifactLocation: { uri: encodeURI(step?.place.file ?? subject.file) },
            region: { startLine: step?.place.line ?? subject.line },
          },
        }],
        partialFingerprints: {
          "pgproof/1": sha256(JSON.stringify([subject.id, step?.id ?? "", problem.code])),
        },
      })),
    }],
  };
  return JSON.stringify(log, null, 2) + "\n";
}
