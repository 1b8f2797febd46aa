/**
 * The page of the shipped scenarios: what each is for and what it shows, step by step.
 *
 * @module
 */
import { dirname, relative } from "node:path";
import { everyStep, observes } from "../lint/walk.ts";
import { parseScenario } from "../scenario/parse.ts";
import type { Scenario } from "../scenario/model.ts";
import type { Stack } from "../stack/model.ts";
import { table } from "./markdown.ts";
import { projectPath, yamlFiles } from "./sample.ts";

/** What stands above the table. */
const intro = `# Scenarios

Made by \`deno run -A lib/docs/main.ts\` from the files in [scenarios](../scenarios); do not edit it.
Run one with \`deno task verify FILE\`, or some with \`--tag\`.`;

/**
 * The page, not yet formatted.
 * @throws {ScenarioError} when a scenario is not well-formed.
 */
export async function cataloguePage(stack: Stack): Promise<string> {
  const { objectives } = stack;
  const nodes = stack.nodes.map(({ name }) => name);
  const scenarios: Scenario[] = [];
  for (const file of await yamlFiles("scenarios")) {
    scenarios.push(parseScenario(file, await Deno.readTextFile(projectPath(file)), {
      nodes,
      objectives,
    }));
  }
  const rows = scenarios.map(({ file, name, tags, controls }) => [
    `[${relative("scenarios", file)}](#${anchorOf(name)})`,
    name,
    tags.join(" "),
    controls.join(" "),
  ]);
  const folders = Map.groupBy(scenarios, ({ file }) => relative("scenarios", dirname(file)));
  return `${
    [
      intro,
      table(["file", "shows", "tags", "controls"], rows),
      ...[...folders].flatMap(([folder, each]) => [`## ${folder}`, ...each.map(scenarioText)]),
    ].join("\n\n")
  }\n`;
}

/** As GitHub makes anchors of headings. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-");
}

function scenarioText(scenario: Scenario): string {
  const { file, name, why, requires, load, always, variants } = scenario;
  const lines = [`### ${name}`, "", `[${file}](../${file})`];
  if (why) lines.push("", why);
  lines.push("");
  if (requires.length > 0) lines.push(`- Requires: ${requires.join(", ")}.`);
  if (variants) {
    const cases = variants.map(({ combination }) =>
      Object.entries(combination).map(([axis, value]) => `${axis}=${value}`).join(", ")
    );
    lines.push(`- Cases: ${cases.join("; ")}.`);
  }
  for (const { name: load_, ratePerSecond, clients, workload, pgbench } of load) {
    const who = clients === 1 ? "1 client" : `${clients} clients`;
    const rate = Number.isFinite(ratePerSecond)
      ? `${ratePerSecond}/s`
      : "as fast as it is answered";
    const what = workload
      ? `, ${workload.kind} that read on ${workload.readers}`
      : pgbench
      ? ", by pgbench"
      : "";
    lines.push(`- Load \`${load_}\`: ${rate} from ${who}${what}.`);
  }
  for (const { title } of always) lines.push(`- Always: ${title}.`);
  const steps = everyStep([scenario.steps]).toSorted((a, b) => a.place.line - b.place.line);
  const faults = steps.filter((step) => step.verb === "fault");
  for (const { title, fault, node } of faults) {
    lines.push(`- Fault \`${fault}\`${node ? ` on ${node}` : ""}: ${title}.`);
  }
  const shows = steps.filter(observes).map(({ title }) => title);
  return [...lines, `- Shows: ${shows.join("; ")}.`].join("\n");
}
