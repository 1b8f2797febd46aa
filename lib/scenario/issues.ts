/**
 * What zod found wrong, in the words of this language and at the place of the exact word.
 *
 * @module
 */
import type { z } from "zod";
import type { Path } from "./document.ts";
import { didYouMean } from "./nearest.ts";
import { dig, type Ground, isWords } from "./reading.ts";
import { listed } from "./vocabulary.ts";
import { refExpected } from "./words.ts";

type Issue = z.core.$ZodIssue;

/** Where the checked data stands and what is known of it. */
export interface IssueContext {
  ground: Pick<Ground, "document" | "report">;
  /** What was checked. */
  data: unknown;
  /** Where it stands in the document. */
  path: Path;
  /** Where to show that a word is missing; default: the map itself. */
  missingAt?: Path;
  /** The words that a map inside the data may hold, for suggestions. */
  knownAt?: (path: Path) => readonly string[];
}

/** Reports every issue. */
export function reportIssues(issues: readonly Issue[], context: IssueContext): void {
  for (const issue of issues) reportIssue(issue, [], context);
}

function reportIssue(issue: Issue, outer: Path, context: IssueContext): void {
  const inner = [...outer, ...issue.path] as Path;
  if (dig(context.data, inner) === undefined && typeof inner.at(-1) === "string") {
    return reportMissing(String(inner.at(-1)), inner.slice(0, -1), context);
  }
  if (issue.code === "invalid_union") {
    const branch = bestBranch(issue.errors);
    if (branch) { for (const each of branch) reportIssue(each, inner, context); }
    else add(inner, context, mixedTypes(issue.errors, dig(context.data, inner)));
    return;
  }
  if (issue.code === "unrecognized_keys") return reportUnknown(issue.keys, inner, context);
  if (issue.code === "invalid_key") {
    const { document, report } = context.ground;
    const key = String(inner.at(-1));
    const message = `"${key}" cannot be a name here: ${issue.issues[0]?.message ?? issue.message}`;
    return report.add(document.keyAt([...context.path, ...inner]), "bad-value", message);
  }
  add(inner, context, issueText(issue, dig(context.data, inner)));
}

function add(inner: Path, context: IssueContext, text: IssueText): void {
  const { document, report } = context.ground;
  const path = [...context.path, ...inner];
  const word = path.findLast((part) => typeof part === "string");
  const { message } = text;
  const whole = word === undefined
    ? message
    : /^(?:is|must) /.test(message)
    ? `"${word}" ${message}`
    : `"${word}": ${message}`;
  const code = message.startsWith("the regular expression") ? "bad-pattern" : "bad-value";
  const isSeveral = word === "node" && Array.isArray(dig(context.data, inner));
  const hint = isSeveral ? severalNodes : text.hint;
  report.add(document.valueAt(path), code, whole, { hint });
}

function reportMissing(word: string, inner: Path, context: IssueContext): void {
  const { document, report } = context.ground;
  const at = inner.length === 0 && context.missingAt
    ? document.keyAt(context.missingAt)
    : document.keyAt([...context.path, ...inner]);
  report.add(at, "missing-word", `"${word}" is missing`, { hint: `write "${word}: ..."` });
}

function reportUnknown(words: readonly string[], inner: Path, context: IssueContext): void {
  const { document, report } = context.ground;
  const known = context.knownAt?.(inner) ?? [];
  for (const word of words) {
    const hint = didYouMean(word, known) ??
      (known.length > 0 ? `known here: ${known.join(", ")}` : undefined);
    report.add(
      document.keyAt([...context.path, ...inner, word]),
      "unknown-word",
      `unknown word "${word}"`,
      { hint },
    );
  }
}

/** What an issue says, and what to do about it. */
interface IssueText {
  message: string;
  hint?: string;
}

const severalNodes = "write replicas or all, or repeat the step: node: ${item}, repeat: [a, b]";

/** Branches of unions inside unions, side by side. */
function flatten(branches: readonly (readonly Issue[])[]): (readonly Issue[])[] {
  return branches.flatMap((branch) => {
    const [only] = branch;
    const isNested = branch.length === 1 && only?.code === "invalid_union" &&
      only.path.length === 0 && only.errors.length > 0;
    return isNested ? flatten(only.errors) : [branch];
  });
}

/** The branch that the author most likely meant: one that fits at its root; undefined when none. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const own = flatten(branches).filter((branch) => branch[0]?.message !== refExpected);
  if (own.length === 1) return own[0];
  const isWrongType = (issue: Issue) => issue.code === "invalid_type" && issue.path.length === 0;
  return own.find((branch) => !branch.some(isWrongType));
}

function mixedTypes(branches: readonly (readonly Issue[])[], value: unknown) {
  const types = flatten(branches).flatMap((branch) => {
    const [issue] = branch;
    const isOwn = issue?.code === "invalid_type" && issue.message !== refExpected;
    return isOwn ? [typeWord(issue.expected)] : [];
  });
  return { message: `must be ${listed([...new Set(types)], "or")}, not ${describe(value)}` };
}

function issueText(issue: Issue, value: unknown): IssueText {
  switch (issue.code) {
    case "invalid_type": {
      const hint = issue.expected === "array" ? listHint(value) : {};
      return isDefault(issue)
        ? { message: `must be ${typeWord(issue.expected)}, not ${describe(value)}`, ...hint }
        : { message: withFound(issue.message, value), ...hint, ...unitHint(issue.message, value) };
    }
    case "invalid_value": {
      const known = issue.values.map(String);
      const hint = typeof value === "string" ? didYouMean(value, known) : undefined;
      const message = `must be ${listed(known, "or")}, not ${describe(value)}`;
      return hint === undefined ? { message } : { message, hint };
    }
    case "too_small":
      return isDefault(issue) ? { message: bound(issue, "at least", issue.minimum) } : issue;
    case "too_big":
      return isDefault(issue) ? { message: bound(issue, "at most", issue.maximum) } : issue;
    case "custom":
      return { message: issue.message, ...issue.params as { hint?: string } | undefined };
    default:
      return isDefault(issue)
        ? { message: `must have another form than ${describe(value)}` }
        : { message: issue.message };
  }
}

/** Whether the message is zod's own, not one of the schema. */
function isDefault(issue: Issue): boolean {
  return /^(?:Invalid|Too small|Too big|Unrecognized)\b/.test(issue.message);
}

function bound(issue: { origin: string }, how: string, limit: number | bigint): string {
  const noun = { array: " item", string: " letter" }[issue.origin];
  if (noun === undefined) return `must be ${how} ${limit}`;
  return `must have ${how} ${limit}${noun}${Number(limit) === 1 ? "" : "s"}`;
}

function withFound(message: string, value: unknown): string {
  return message.startsWith("expected") ? `${message}, not ${describe(value)}` : message;
}

/** A bare number only lacks its unit; a share may have been written as a fraction. */
function unitHint(message: string, value: unknown): { hint?: string } {
  if (typeof value !== "number") return {};
  const example = /, like \d+( ?\S+?)(?:$|[ ,])/.exec(message)?.[1];
  if (example === undefined) return {};
  const amount = example === "%" && value < 1 ? Number((value * 100).toPrecision(6)) : value;
  return { hint: `a unit is mandatory: write ${amount}${example}` };
}

/** What stands alone where a list belongs. */
function listHint(value: unknown): { hint?: string } {
  if (isWords(value)) return { hint: `begin each item with "- "` };
  if (value === undefined || value === null || Array.isArray(value)) return {};
  return { hint: `write [${String(value).slice(0, 40)}]` };
}

const typeWords: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  null: "null",
  array: "a list",
  tuple: "a list",
  object: "a map",
  record: "a map",
};

function typeWord(type: string): string {
  return typeWords[type] ?? type;
}

/** A value as a message shows it, short. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const text = String(value);
  const short = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return typeof value === "string" ? `"${short}"` : short;
}
