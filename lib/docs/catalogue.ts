/**
 * The page of the shipped scenarios: what each proves and how, what a failure means, and what
 * to do then.
 *
 * @module
 */
import { dirname, relative } from "node:path";
import { observes } from "../lint/walk.ts";
import { shippedCatalogues } from "../report/controls/read.ts";
import { innerSteps } from "../scenario/inner_steps.ts";
import { parseScenario } from "../scenario/parse.ts";
import type { Scenario, Step } from "../scenario/model.ts";
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
  const claims = new Map(
    shippedCatalogues().flatMap(({ id, controls }) =>
      controls.map((each) => [`${id}:${each.id}`, each.title] as const)
    ),
  );
  const folders = Map.groupBy(scenarios, ({ file }) => relative("scenarios", dirname(file)));
  return `${
    [
      intro,
      table(["file", "shows", "tags", "controls"], rows),
      ...[...folders].flatMap(([folder, each]) => [
        `## ${folder}`,
        ...each.map((one) => scenarioText(one, claims)),
      ]),
    ].join("\n\n")
  }\n`;
}

/** As GitHub makes anchors of headings. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-");
}

function scenarioText(scenario: Scenario, claims: ReadonlyMap<string, string>): string {
  const { file, name, why, remedy, requires, variants, controls } = scenario;
  const lines = [`### ${name}`, "", `[${file}](../${file})`];
  if (why) lines.push("", why);
  const proves = controls.flatMap((key) => {
    const title = claims.get(key);
    return title === undefined ? [] : [`- ${key}: ${title}`];
  });
  if (proves.length > 0) lines.push("", "It proves:", "", ...proves);
  if (requires.length > 0) lines.push("", `It requires ${requires.join(", ")}.`);
  if (variants) {
    const cases = variants.map(({ combination }) =>
      Object.entries(combination).map(([axis, value]) => `${axis}=${value}`).join(", ")
    );
    lines.push("", `It is run for each of: ${cases.join("; ")}.`);
  }
  lines.push("", "How:", "", ...courseOf(scenario), "", meaning(proves.length));
  if (remedy) lines.push("", `What to do: ${remedy}`);
  return lines.join("\n");
}

/** What it does and looks at, in order. */
function courseOf({ load, always, setup, steps, finally: last }: Scenario): string[] {
  const loads = load.map(({ name, ratePerSecond, clients, workload, pgbench }) => {
    const who = clients === 1 ? "1 client" : `${clients} clients`;
    const rate = Number.isFinite(ratePerSecond)
      ? `${ratePerSecond}/s`
      : "as fast as it is answered";
    const what = workload
      ? `, ${workload.kind} that read on ${workload.readers}`
      : pgbench
      ? ", by pgbench"
      : "";
    return `- Load \`${name}\`: ${rate} from ${who}${what}.`;
  });
  return [
    ...loads,
    ...always.map(({ title }) => `- All the while: ${title}.`),
    ...[...setup, ...steps, ...last].flatMap((step) => stepText(step, "")),
  ];
}

/** A step, and under it those inside it. Those that judge say so. */
function stepText(step: Step, indent: string): string[] {
  const { title } = step;
  const text = observes(step)
    ? `**${title}**`
    : step.verb === "fault"
    ? `${title} (fault \`${step.fault}\`${step.node ? ` on ${step.node}` : ""})`
    : title;
  const inner = innerSteps(step).flatMap((each) => stepText(each, `${indent}  `));
  return [`${indent}- ${text}`, ...inner];
}

function meaning(claims: number): string {
  const what = claims === 0
    ? "the sentence above is not true of this stack"
    : claims === 1
    ? "the claim is not true of this stack"
    : "one of the claims is not true of this stack";
  return `A failure means that ${what}. What is in bold is judged; the message names the first that ` +
    "did not hold, with what was seen.";
}
