/**
 * Files that stand beside a report: what was collected of each case that did not pass, uncut.
 *
 * @module
 */
import type { CaseResult, Result } from "../result/model.ts";
import { hashOf } from "../scenario/seed.ts";
import { causesOf } from "./causes.ts";
import { badCases } from "./run_case.ts";
import { rerunCommand } from "./rerun.ts";
import { tellCause, tellEvidence } from "./story.ts";
import { painter } from "./words.ts";

/** A file beside a report. */
export interface Attachment {
  /** Relative to the folder of the report. */
  path: string;
  text: string;
}

const telling = { paint: painter(false), logLinesMax: Infinity };

/** Of every case that failed or ended in an error; those that passed have nothing to add. */
export function attachmentsOf(result: Result): Attachment[] {
  return badCases(result).map((subject) => ({
    path: attachmentPath(subject),
    text: evidenceText(result, subject),
  }));
}

/** The same for the same case in every run, and of no other case: ids may differ in signs alone. */
export function attachmentPath({ id }: Pick<CaseResult, "id">): string {
  const slug = id.replace(/[^\w.-]+/g, "_").slice(0, 120);
  return `attachments/${slug}-${hashOf(id).toString(16).padStart(8, "0")}.txt`;
}

function evidenceText(result: Result, subject: CaseResult): string {
  return [
    `${subject.id}  ${subject.name}`,
    ...causesOf(subject).flatMap((cause) => ["", ...tellCause(subject, cause, telling)]),
    "",
    "at the end",
    ...tellEvidence(subject.evidence, telling),
    ...subject.notes.map((note) => `note: ${note}`),
    "",
    `rerun: ${rerunCommand(result.run, subject)}`,
    "",
  ].join("\n");
}
