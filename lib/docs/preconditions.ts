/**
 * The page of preconditions, made from their registry.
 *
 * @module
 */
import { preconditions } from "../precondition/registry.ts";
import { table } from "./markdown.ts";

/** What stands above the table. */
const intro = `# Preconditions

Made by \`deno run -A lib/docs/main.ts\` from \`lib/precondition/registry.ts\`; do not edit it.

Every case takes these for granted, and none of its steps says so: with a replica that is the primary
in disguise, or one that replays nothing, steps pass or fail for the wrong reason. So each case looks
once at every server, after its cluster was arranged as the scenario wants it and before \`setup\`. It
costs two questions and the server's log; nobody has to ask for it, and it cannot be turned off.

One that does not hold ends the case as failed, at a step of its name: \`precondition slots\`. The
step says on which node, what was seen there, what the likely cause is and what to do. All that do
not hold are told, those first that explain others. A server that refuses connections is told by
\`roles\`; one that does not answer at all could not be seen, which is an error.

What the scenario arranges by \`cluster\` is no fault: a setting that it gives to one node, a slot, an
upstream, a delay, a recovery target. What is compared is what counts for clients and for a failover,
never the text of a setting: time zones \`UTC\` and \`Etc/UTC\` give the same answers.`;

/** The page, not yet formatted. */
export function preconditionsPage(): string {
  const rows = preconditions.map(({ name, requirement, cause, remedy }) => [
    `\`${name}\``,
    requirement,
    cause,
    remedy,
  ]);
  const head = ["precondition", "what must be so", "likely cause where it is not", "what to do"];
  return `${intro}\n\n${table(head, rows)}\n`;
}
