/**
 * The page of troubles, made from their table.
 *
 * @module
 */
import { troubles } from "../trouble/registry.ts";
import { table } from "./markdown.ts";

/** What stands above the tables. */
const intro = `# Troubleshooting

Made by \`deno run -A lib/docs/main.ts\` from \`lib/trouble/registry.ts\`; do not edit it.

When a step does not pass, an invariant is violated, a precondition is broken or a cluster does not
come up, the servers are asked how they are and their logs are read. What fits this table is told with
the problem, as \`likely cause\`, with the node and the line it rests on, and \`what to do\`. It
explains a problem that was found otherwise: it never makes a verdict, and an expected failure stays
one. Of a server that is well only what it logged during the step counts, or since the step during
which the invariant last held; of one that is silent or receives nothing, what it logged since the
scenario began.`;

/** The page, not yet formatted. */
export function troubleshootingPage(): string {
  const rows = troubles.map(({ name, symptom, cause, remedy, logs }) => [
    name,
    symptom,
    cause,
    remedy,
    logs.length > 0 ? "log" : "state",
  ]);
  const head = ["trouble", "symptom", "cause", "what to do", "seen in"];
  const messages = troubles.filter(({ logs }) => logs.length > 0)
    .map(({ name, logs }) => [name, logs.map(({ source }) => codeOf(source)).join(" or ")]);
  return [
    intro,
    table(head, rows),
    "## Messages\n\nThe lines of a log by which each is known, as regular expressions.",
    table(["trouble", "line"], messages),
  ].join("\n\n") + "\n";
}

/** As code; a bar would end the cell, and is written so that the table is still read right. */
function codeOf(source: string): string {
  return `\`${source}\``;
}
