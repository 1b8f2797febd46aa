/**
 * Scenario files on disk: found by path, folder or `PATH:LINE`, read, and parsed all together so
 * that the mistakes of all of them are told at once.
 *
 * @module
 */
import { isAbsolute, join, normalize, relative, sep } from "node:path";
import { type Diagnostic, ScenarioError } from "./diagnostic.ts";
import { given } from "./given.ts";
import type { Scenario } from "./model.ts";
import { type ParseOptions, parseScenario } from "./parse.ts";
import { readTextFile } from "./text_file.ts";

/** What is looked for, and where when nobody says. */
export interface Sought {
  /** `scenario`, for messages. */
  noun: string;
  folder: string;
}

const scenariosSought: Sought = { noun: "scenario", folder: "scenarios" };
/** How deep folders are searched: a mounted file system must not be walked by mistake. */
const depthMax = 20;
/** Bytes in which the first word of a file is looked for. */
const headBytes = 16 * 1024;

/** A file that was selected. */
export interface ScenarioFile {
  /** Relative to the working directory where that is possible, with forward slashes. */
  path: string;
  /** Line that the user named; the whole scenario is kept. */
  line?: number;
}

/**
 * The files that paths mean, each once, folders searched for `*.yaml` and `*.yml` and sorted; files
 * of steps that others use (their first word is `steps`) are passed over.
 * @throws {ScenarioError} naming each path that does not exist, is no such file, or is a folder
 * without any.
 */
export async function findScenarios(
  paths: readonly string[],
  sought: Sought = scenariosSought,
): Promise<ScenarioFile[]> {
  const found = new Map<string, ScenarioFile>();
  const problems: Diagnostic[] = [];
  for (const path of paths.length > 0 ? paths : [sought.folder]) {
    const files = await filesOf(path, sought.noun);
    if (typeof files === "string") problems.push(problem(path, files));
    else for (const file of files) if (!found.has(file.path)) found.set(file.path, file);
  }
  if (problems.length > 0) throw new ScenarioError(problems, new Map());
  return [...found.values()];
}

/** The files of one path, or why there is none. */
async function filesOf(path: string, noun: string): Promise<ScenarioFile[] | string> {
  const whole = await kindOf(path);
  const match = whole === undefined ? /^(.+?):(\d+)(?::\d+)?$/.exec(path) : null;
  const base = match ? match[1]! : path;
  const kind = match ? await kindOf(base) : whole;
  if (kind === "file") {
    if (!isYaml(base)) return `a ${noun} file ends in .yaml or .yml`;
    return [{ path: shown(base), ...(match ? { line: Number(match[2]) } : {}) }];
  }
  if (kind === undefined) return "there is no such file or folder";
  if (match) return "a line can be named in a file, not in a folder";
  const inside = await search(base, depthMax);
  return inside.length > 0
    ? inside.map((each) => ({ path: shown(each) }))
    : `this folder holds no ${noun} (*.yaml, *.yml)`;
}

async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  try {
    return (await Deno.stat(path)).isDirectory ? "folder" : "file";
  } catch (error) {
    const isAbsent = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isAbsent) return undefined;
    throw error;
  }
}

async function search(folder: string, depth: number): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  entries.sort((a, b) => a.name < b.name ? -1 : 1);
  const found: string[] = [];
  for (const { name, isDirectory, isFile, isSymlink } of entries) {
    if (name.startsWith(".")) continue;
    const path = join(folder, name);
    // A linked folder is not followed: links can lead in circles.
    if (isDirectory && depth > 0) found.push(...await search(path, depth - 1));
    else if (isYaml(name) && (isFile || isSymlink && await kindOf(path) === "file")) {
      if (!await isForUse(path)) found.push(path);
    }
  }
  return found;
}

/** Whether a file holds steps for `use`, no scenario: its first word says so. */
async function isForUse(path: string): Promise<boolean> {
  try {
    using file = await Deno.open(path);
    const head = new Uint8Array(headBytes);
    const length = await file.read(head) ?? 0;
    const text = new TextDecoder().decode(head.subarray(0, length));
    return /^\uFEFF?(?:[ \t]*(?:#[^\n]*)?\r?\n|---[ \t]*\r?\n)*steps[ \t]*:/.test(text);
  } catch {
    // Reading it whole tells what is wrong.
    return false;
  }
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

/** The same file has the same path in every run, however it was written. */
function shown(path: string): string {
  const inside = isAbsolute(path) ? relative(Deno.cwd(), path) : normalize(path);
  return (inside.startsWith("..") && isAbsolute(path) ? normalize(path) : inside)
    .split(sep).join("/");
}

/** A path has no lines as long as nobody read it. */
function problem(path: string, message: string): Diagnostic {
  return { file: path, line: 1, column: 1, message, code: "unreadable" };
}

/**
 * Reads and parses all files.
 * @throws {ScenarioError} with the mistakes of all of them.
 */
// deno-lint-ignore require-await -- callers need not know that it reads at once
export async function readScenarios(
  files: readonly ScenarioFile[],
  options: ParseOptions,
): Promise<Scenario[]> {
  const scenarios: Scenario[] = [];
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, string>();
  for (const file of files) {
    const found = readTextFile(file.path);
    if ("problem" in found) {
      const { problem: message, at, hint, around } = found;
      diagnostics.push({ ...problem(file.path, message), ...at, ...given({ hint }) });
      if (around !== undefined) sources.set(file.path, around);
      continue;
    }
    try {
      const scenario = parseScenario(file.path, found.text, options);
      diagnostics.push(...lineProblems(file, scenario));
      scenarios.push(scenario);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      diagnostics.push(...error.diagnostics);
      for (const [path, source] of error.sources) sources.set(path, source);
    }
  }
  if (diagnostics.length > 0) throw new ScenarioError(diagnostics, sources);
  return scenarios;
}

/** A line that is not there selects nothing, which must not look like success. */
function lineProblems({ path, line }: ScenarioFile, scenario: Scenario): Diagnostic[] {
  const last = scenario.endLine ?? Infinity;
  if (line === undefined || (line >= 1 && line <= last)) return [];
  return [problem(`${path}:${line}`, `there is no such line, the file has ${last}`)];
}
