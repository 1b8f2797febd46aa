/**
 * A tree against the schema; a mistake is told with its place and in the schema's words.
 *
 * @module
 */
import type { z } from "zod";
import { nearest } from "../scenario/nearest.ts";
import { type ComposeFile, composeSchema } from "./schema.ts";
import { mistake } from "./source_file.ts";
import { child, type Mapping, type Path, placeAt, toData, type Value } from "./tree.ts";

type Issue = z.core.$ZodIssue;

/**
 * The tree as typed data.
 * @throws {StackError} at the first part that has not its shape.
 */
export function check(tree: Mapping): ComposeFile {
  const result = composeSchema.safeParse(toData(tree));
  if (result.success) return result.data;
  const { issue, path } = deepest(result.error.issues[0]!, []);
  if (issue.code === "unrecognized_keys") refuseKey(tree, path, issue.keys[0]!);
  const what = path.at(-1);
  const isMissing = issue.code.startsWith("invalid_") && at(tree, path) === undefined;
  throw mistake(placeAt(tree, path), {
    message: isMissing ? `${String(what)} is missing` : sentence(issue),
    hint: `at ${path.map(String).join(".")}`,
    code: isMissing ? "missing-word" : "bad-value",
  });
}

/** Of the branches of a union, the one that got furthest knows best what was meant. */
function deepest(issue: Issue, above: Path): { issue: Issue; path: Path } {
  const path = [...above, ...issue.path];
  if (issue.code !== "invalid_union") return { issue, path };
  const inner = issue.errors.flatMap((issues) => issues.slice(0, 1))
    .filter((candidate) => candidate.path.length > 0)
    .map((candidate) => deepest(candidate, path))
    .sort((one, other) => other.path.length - one.path.length);
  return inner[0] ?? { issue, path };
}

function refuseKey(tree: Mapping, path: Path, key: string): never {
  const near = nearest(key, ["primary", "replicas", "objectives", "accepted"]);
  throw mistake(keyPlace(tree, path, key), {
    message: `unknown word "${key}" in ${path.map(String).join(".")}`,
    hint: near === undefined
      ? "known: primary, replicas, objectives, accepted"
      : `did you mean "${near}"?`,
    code: "unknown-word",
  });
}

function keyPlace(tree: Mapping, path: Path, key: string) {
  const map = at(tree, path);
  return map?.kind === "map" && map.entries.get(key)?.place || placeAt(tree, path);
}

function at(tree: Value, path: Path): Value | undefined {
  return path.reduce<Value | undefined>(
    (value, part) =>
      value?.kind === "list" ? value.items[Number(part)] : child(value, String(part)),
    tree,
  );
}

function sentence(issue: Issue): string {
  const { message } = issue;
  return message.charAt(0).toLowerCase() + message.slice(1);
}
