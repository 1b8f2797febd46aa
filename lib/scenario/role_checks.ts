/**
 * `expect: role` where the nodes are found by that very role.
 *
 * @module
 */
import type { Path } from "./document.ts";
import type { Ground } from "./reading.ts";

/** Selectors that mean whoever says to have a role at that moment. */
const byRole = ["primary", "replicas", "any replica", "most advanced replica"];

/** Refuses a check of a role that is true by the choice of its nodes. */
export function checkRole(ground: Ground, words: Record<string, unknown>, path: Path): void {
  const { node } = words;
  if (typeof node !== "string" || !byRole.includes(node)) return;
  const message = `"${node}" is found by its role, so this cannot fail`;
  ground.report.add(ground.document.valueAt([...path, "node"]), "bad-value", message, {
    hint: "name the node that must have this role",
  });
}
