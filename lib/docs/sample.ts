/**
 * Examples for the documentation, cut out of scenario files that tests run: a step as it is written
 * there, with its place.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

/** One step, invariant or top-level entry of a file. */
export interface Sample {
  /** Relative to the project's folder. */
  file: string;
  /** From 1. */
  line: number;
  /** As it stands in the file, moved to the left. */
  text: string;
  /** As data. */
  words: Record<string, unknown>;
  /** `steps` for a step anywhere, `always`, or `top` for the whole file. */
  at: "steps" | "always" | "top";
}

/** Where samples are looked for: what was written to be shown comes first. */
const folders = ["examples/reference", "examples/tutorial", "examples", "scenarios"];

/** The project's folder. */
const root = new URL("../../", import.meta.url);

/** All samples; those written to be shown first, short ones before long ones. */
export async function readSamples(): Promise<Sample[]> {
  const all: Sample[] = [];
  const seen = new Set<string>();
  for (const folder of folders) {
    const found: Sample[] = [];
    for (const file of (await yamlFiles(folder)).filter((each) => !seen.has(each))) {
      seen.add(file);
      found.push(...samplesOf(file, await Deno.readTextFile(new URL(file, root))));
    }
    all.push(...found.toSorted((a, b) => a.text.length - b.text.length));
  }
  return all;
}

/** The scenario files below a folder of the project, sorted; none when the folder is not there. */
export async function yamlFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(new URL(`${folder}/`, root))) {
      if (isDirectory) found.push(...await yamlFiles(`${folder}/${name}`));
      else if (name.endsWith(".yaml")) found.push(`${folder}/${name}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

/** A path of the project as this machine knows it. */
export function projectPath(path: string): string {
  return fileURLToPath(new URL(path, root));
}

/** Every step, invariant and top-level entry of one file. */
export function samplesOf(file: string, text: string): Sample[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const found: Sample[] = [];
  const add = (node: Node, at: Sample["at"], from = node.range![0]) => {
    const { line, col } = lines.linePos(from);
    const cut = dedent(text.slice(from, node.range![1]), col - 1);
    found.push({ file, line, text: cut, words: node.toJS(document), at });
  };
  const visit = (node: unknown, at: "steps" | "always"): void => {
    if (isSeq(node)) {
      for (const item of node.items) {
        if (isMap(item)) add(item, at);
        visit(item, at);
      }
    } else if (isMap(node)) {
      for (const { value } of node.items) if (isSeq(value) || isMap(value)) visit(value, at);
    }
  };
  if (!isMap(document.contents)) return [];
  add(document.contents, "top");
  for (const { key, value } of document.contents.items) {
    if (!isScalar(key) || !isNode(value)) continue;
    const name = String(key.value);
    if (["setup", "steps", "finally", "always"].includes(name)) {
      visit(value, name === "always" ? "always" : "steps");
    }
    const { line, col } = lines.linePos(key.range![0]);
    const cut = dedent(text.slice(key.range![0], value.range![1]), col - 1);
    found.push({ file, line, text: cut, words: { [name]: value.toJS(document) }, at: "top" });
  }
  return found;
}

function dedent(text: string, columns: number): string {
  return text.trimEnd().replaceAll(`\n${" ".repeat(columns)}`, "\n").replaceAll(/[ \t]+$/gm, "");
}

/** The best sample of a step with this verb, and of this kind when one is named. */
export function sampleOfKind(
  samples: readonly Sample[],
  verb: string,
  kind?: string,
): Sample | undefined {
  const fits = ({ words, at }: Sample) =>
    at !== "top" && verb in words && (kind === undefined || words[verb] === kind);
  return samples.find((each) => each.at === "steps" && fits(each)) ?? samples.find(fits);
}

/** The best sample in which a word stands, in a step or at the top level. */
export function sampleOfWord(
  samples: readonly Sample[],
  word: string,
  where: "step" | "top",
): Sample | undefined {
  return samples.find(({ words, at }) =>
    (at === "top") === (where === "top") && Object.hasOwn(words, word) &&
    (where === "step" || Object.keys(words).length === 1)
  );
}
