/**
 * What is known of a case before it runs, as the result carries it.
 *
 * @module
 */
import type { CaseHead } from "../result/event.ts";
import { everyStep } from "../scenario/inner_steps.ts";
import type { Case } from "../scenario/model.ts";

/** The head of a case: its scenario, its combination, every step that a full run would judge. */
export function caseHead(subject: Case): CaseHead {
  const { id, scenario, combination, seed } = subject;
  const { file, place, name, why, tags, controls } = scenario;
  const always = scenario.always.map(({ id, place, title }) => ({
    id,
    place,
    title,
    verb: "invariant",
    section: "always",
  }));
  const sections = (["setup", "steps", "finally"] as const).flatMap((section) =>
    scenario[section].flatMap(everyStep).map(({ id, place, title, verb }) => ({
      id,
      place,
      title,
      verb,
      section,
    }))
  );
  return {
    id,
    file,
    line: place.line,
    name,
    ...(why === undefined ? {} : { why }),
    tags,
    controls,
    combination,
    seed,
    steps: [...always, ...sections],
  };
}
