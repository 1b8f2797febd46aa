/**
 * `--changed REF`: the scenarios that a change can affect, and why each.
 *
 * @module
 */
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Scenario } from "../scenario/model.ts";
import { sourceFiles } from "../scenario/source_files.ts";
import type { Stack } from "../stack/model.ts";
import { changedSince } from "./git.ts";

/** Scenarios, and in a line each why they were chosen. */
export interface Affected {
  scenarios: Scenario[];
  why: string[];
}

/**
 * Chooses by the files that differ from `ref`: a scenario by its own file and those it uses; all of
 * them by a file of the stack, or of pgproof where that is in the same repository.
 * @throws {UsageError} when git does not know the ref.
 */
export async function affectedBy(
  ref: string,
  scenarios: readonly Scenario[],
  stack: Stack,
): Promise<Affected> {
  const changed = await changedSince(ref, Deno.cwd());
  const common = changed.filter((path) => isOfStack(path, stack) || isOwn(path));
  if (common.length > 0) {
    const what = isOwn(common[0]!) ? "a file of pgproof" : "a file of the stack";
    const more = common.length > 1 ? ` and ${common.length - 1} more` : "";
    const why = `${shown(common[0]!)}${more} changed since ${ref}: every scenario, it is ${what}`;
    return { scenarios: [...scenarios], why: [why] };
  }
  const isChanged = new Set(changed);
  const affected: Affected = { scenarios: [], why: [] };
  for (const scenario of scenarios) {
    const found = sourceFiles(scenario).find((file) => isChanged.has(real(resolve(file))));
    if (found === undefined) continue;
    affected.scenarios.push(scenario);
    const own = found === scenario.file;
    const why = own ? `it changed since ${ref}` : `it uses ${found}, which changed since ${ref}`;
    affected.why.push(`${scenario.file}: ${why}`);
  }
  return affected;
}

function isOfStack(path: string, stack: Stack): boolean {
  const files = [stack.file, ...stack.overlays ?? [], join(stack.directory, ".env")];
  const known = [...files, ...stack.files ?? []].map((file) => real(resolve(file)));
  if (known.includes(path)) return true;
  // A file that was deleted is in no list, and in a folder that is.
  return stack.nodes.flatMap(({ mounts }) => mounts).some(({ type, source, readOnly }) =>
    type === "bind" && readOnly && source !== undefined && path.startsWith(`${real(source)}${sep}`)
  );
}

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Of the harness: what it is made of decides every verdict. */
function isOwn(path: string): boolean {
  const name = relative(real(root.replace(/\/$/, "")), path);
  return /^(?:main\.ts|deno\.(?:json|lock)|lib\/.*(?<!_test)\.(?:ts|js|css))$/.test(name);
}

/** As git names it, which follows links of folders. */
function real(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(real(folder), path.slice(folder.length));
  }
}

function shown(path: string): string {
  const inside = relative(Deno.realPathSync("."), path);
  return inside.startsWith("..") ? path : inside;
}
