/**
 * An in-toto statement of the test result, unsigned: sign it, and whoever has the files can tell that
 * neither the stack nor the result was changed since.
 * Source: https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md
 *
 * @module
 */
import { exitCodes } from "../result/exit.ts";
import type { Result } from "../result/model.ts";
import { resultDigest, sha256 } from "./controls/digest.ts";

/** The result as a statement. */
export function renderInToto(result: Result): string {
  const { run, cases } = result;
  const of = (...verdicts: string[]) =>
    cases.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id);
  const sources = Object.entries(run.sources ?? {});
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [
      { name: "result.json", digest: { sha256: resultDigest(result) } },
      ...(/^[0-9a-f]{64}$/.test(run.stack.hash)
        ? [{ name: run.stack.file, digest: { sha256: run.stack.hash } }]
        : []),
    ],
    predicateType: "https://in-toto.io/attestation/test-result/v0.1",
    predicate: {
      result: run.exit !== exitCodes.passed
        ? "FAILED"
        : of("flaky", "waived", "not-run", "skipped").length > 0
        ? "WARNED"
        : "PASSED",
      configuration: sources.map(([name, text]) => ({ name, digest: { sha256: sha256(text) } })),
      passedTests: of("passed"),
      warnedTests: of("flaky", "waived", "not-run", "skipped"),
      failedTests: of("failed", "error"),
    },
  };
  return JSON.stringify(statement, null, 2) + "\n";
}
