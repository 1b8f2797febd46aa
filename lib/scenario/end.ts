/**
 * The step `end`: what its name means depends on what was started before.
 *
 * @module
 */
import { pickComparison } from "./comparison_words.ts";
import type { Path } from "./document.ts";
import { given } from "./given.ts";
import type { EndStep, Saved, StepBase } from "./model.ts";
import type { Reading } from "./reading.ts";
import { checkConflicts } from "./conflicts.ts";
import { checkCondition } from "./sql_checks.ts";
import { checkSaved } from "./statements.ts";

/** Words that judge how a session's statement ended. */
const judging = ["error", "is", "not", "matches", "lacks"];

/** Words that only a session's statement has. */
const ofStatement = [...judging, "save"];

/** Builds `end`. */
export function buildEnd(
  reading: Reading,
  base: StepBase,
  { words, path }: { words: Record<string, unknown>; path: Path },
): EndStep {
  const { document, report, lifetimes } = reading;
  const name = words.end as string;
  const error = words.error as string | undefined;
  const save = words.save as Record<string, Saved> | undefined;
  const session = reading.sessions.get(name);
  const judged = judging.filter((word) => words[word] !== undefined);
  if (session?.isBusy) {
    session.isBusy = false;
    if (judged.length > 0) reading.counts.judging++;
    if (error !== undefined) checkCondition(reading, error, [...path, "error"]);
    checkOnce(reading, judged, path);
    checkConflicts(reading, { verb: "end", words, path });
    if (words.is === "refused" && save) refuseSave(reading, path);
    checkSaved(reading, save, path);
  } else {
    const isSession = session !== undefined && !lifetimes.isTaken(name);
    if (isSession) {
      report.add(
        document.valueAt([...path, "end"]),
        "misplaced-word",
        `session "${name}" is idle`,
        {
          hint: `"end" waits for a statement that was left running by "blocks"`,
        },
      );
    } else lifetimes.end(name, document.valueAt([...path, "end"]));
    const needless = ofStatement.filter((word) => words[word] !== undefined);
    for (const word of isSession ? [] : needless) {
      const message = `"${word}" is for a session's statement, "${name}" is none`;
      report.add(document.keyAt([...path, word]), "misplaced-word", message);
    }
  }
  for (const each of reading.laneSaves.get(name) ?? []) reading.saved.add(each);
  const compare = pickComparison(words);
  return { ...base, verb: "end", target: name, ...given({ error }), compare, save: save ?? {} };
}

function refuseSave({ document, report }: Reading, path: Path): void {
  const message = `"save" cannot stand beside "is: refused"`;
  const hint = "a refused statement leaves nothing to save";
  report.add(document.keyAt([...path, "save"]), "misplaced-word", message, { hint });
}

/** An expected error, or what must have become of it, says all about the outcome. */
function checkOnce({ document, report }: Reading, judged: string[], path: Path): void {
  const [first, second] = judged.filter((word) => ["error", "is", "not"].includes(word));
  if (second === undefined) return;
  const at = document.keyAt([...path, second]);
  const hint = "keep one of them";
  report.add(at, "misplaced-word", `"${second}" cannot stand beside "${first}"`, { hint });
}
