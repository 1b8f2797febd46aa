import { equal } from "node:assert/strict";
import { type CommitPoint, fateOf, hasWarning } from "./fate.ts";

const answers: [command: string, warned: boolean, fate: string][] = [
  ["INSERT", false, "acknowledged"],
  ["COMMIT", false, "acknowledged"],
  ["INSERT", true, "unknown"],
  ["COMMIT", true, "unknown"],
  ["ROLLBACK", false, "refused"],
  ["ROLLBACK", true, "refused"],
];
for (const [command, warned, fate] of answers) {
  Deno.test(`fateOf() calls ${command}${warned ? " with a WARNING" : ""} ${fate}`, () => {
    equal(fateOf({ kind: "answer", command, warned }), fate);
  });
}

const errors: [severity: string | undefined, code: string, at: CommitPoint, fate: string][] = [
  ["ERROR", "25006", "commit", "refused"],
  ["ERROR", "23505", "commit", "refused"],
  ["ERROR", "40001", "commit", "refused"],
  ["ERROR", "57014", "commit", "refused"],
  ["ERROR", "53100", "commit", "refused"],
  ["FATAL", "57P01", "commit", "unknown"],
  ["ERROR", "57P01", "commit", "unknown"],
  ["ERROR", "08006", "commit", "unknown"],
  ["ERROR", "08P01", "commit", "refused"],
  ["FATAL", "08P01", "commit", "unknown"],
  ["PANIC", "XX000", "commit", "unknown"],
  ["FEHLER", "25006", "commit", "unknown"],
  [undefined, "57P02", "commit", "unknown"],
  [undefined, "lost", "commit", "unknown"],
  [undefined, "timeout", "commit", "unknown"],
  [undefined, "ECONNRESET", "commit", "unknown"],
  [undefined, "lost", "before", "refused"],
  ["FATAL", "57P01", "before", "refused"],
  ["ERROR", "23505", "before", "refused"],
  ["ERROR", "23505", "inside", "unknown"],
  [undefined, "lost", "inside", "unknown"],
];
for (const [severity, code, at, fate] of errors) {
  const what = `${severity ?? "no answer"} ${code}`;
  Deno.test(`fateOf() calls ${what} at "${at}" ${fate}`, () => {
    equal(fateOf({ kind: "error", severity, code, at }), fate);
  });
}

Deno.test("hasWarning() tells warnings from notices, whatever the language", () => {
  const notice = (severity: string, code: string) => [{ severity, code, message: "" }];
  equal(hasWarning([]), false);
  equal(hasWarning(notice("NOTICE", "00000")), false);
  equal(hasWarning(notice("NOTICE", "42P07")), false);
  equal(hasWarning(notice("HINWEIS", "00000")), false);
  equal(hasWarning(notice("WARNING", "01000")), true);
  equal(hasWarning(notice("WARNING", "57P01")), true);
  equal(hasWarning(notice("WARNUNG", "01000")), true);
});
