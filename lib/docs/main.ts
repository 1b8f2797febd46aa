/**
 * Writes what is generated: the reference, the pages of scenarios, preconditions and troubles, the
 * JSON Schema, and the files that hand-written pages show.
 *
 *     deno run -A lib/docs/main.ts            write
 *     deno run -A lib/docs/main.ts --check    say what is out of date, exit 1
 *
 * @module
 */
import { readStack } from "../stack/read.ts";
import { cataloguePage } from "./catalogue.ts";
import { readGlossary } from "./glossary.ts";
import { formatted } from "./markdown.ts";
import { preconditionsPage } from "./preconditions.ts";
import { referencePage } from "./reference.ts";
import { projectPath, readSamples } from "./sample.ts";
import { editorSchema } from "./schema.ts";
import { withFiles } from "./shown.ts";
import { troubleshootingPage } from "./troubleshooting.ts";

/** Pages that people write. */
const handWritten = [
  "docs/histories.md",
  "docs/lag.md",
  "docs/pooler.md",
  "docs/tutorial.md",
  "docs/adding-a-fact.md",
  "docs/adding-a-fault.md",
];

/** Every generated file: path within the project, and its text. */
export async function generate(): Promise<Map<string, string>> {
  const samples = await readSamples();
  const catalogue = await cataloguePage(await readStack(projectPath("compose.yaml")));
  const shown = handWritten.map(async (path) => {
    const text = await Deno.readTextFile(projectPath(path));
    return [path, await formatted(await withFiles(text), "md")] as const;
  });
  return new Map([
    ...await Promise.all(shown),
    ["docs/reference.md", await formatted(referencePage(readGlossary(samples)), "md")],
    ["docs/scenarios.md", await formatted(catalogue, "md")],
    ["docs/preconditions.md", await formatted(preconditionsPage(), "md")],
    ["docs/troubleshooting.md", await formatted(troubleshootingPage(), "md")],
    [
      "schema/scenario.schema.json",
      await formatted(JSON.stringify(editorSchema(samples), null, 2), "json"),
    ],
  ]);
}

/** The generated files whose text on disk is another one, or is missing. */
export async function outdated(files: ReadonlyMap<string, string>): Promise<string[]> {
  const found: string[] = [];
  for (const [path, text] of files) {
    const old = await Deno.readTextFile(projectPath(path)).catch(() => undefined);
    if (old !== text) found.push(path);
  }
  return found;
}

async function main(args: readonly string[]): Promise<number> {
  const files = await generate();
  const old = await outdated(files);
  if (args.includes("--check")) {
    for (const path of old) {
      Deno.stderr.writeSync(new TextEncoder().encode(`${path} is out of date\n`));
    }
    return old.length > 0 ? 1 : 0;
  }
  for (const path of old) await Deno.writeTextFile(projectPath(path), files.get(path)!);
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
