/**
 * Every verb and who performs it. One line each.
 *
 * @module
 */
import type { Scenario, Step, Verb } from "../scenario/model.ts";
import { performBackground } from "./background.ts";
import { performEnd } from "./end.ts";
import { performExec } from "./exec.ts";
import { performExpect } from "./expect.ts";
import { performFault } from "./fault.ts";
import type { Performer } from "./kind.ts";
import { loadPerformer } from "./load.ts";
import { performOperation } from "./operation.ts";
import { performParallel } from "./parallel.ts";
import { performQuery } from "./query.ts";
import { performRandom } from "./random.ts";
import { performSet } from "./set.ts";
import { performSleep } from "./sleep.ts";
import { performSql } from "./sql.ts";
import { performUse } from "./use.ts";

type Performers = { [V in Verb]: Performer<Extract<Step, { verb: V }>> };

/** The performer of each verb, for one scenario. */
export function performersOf(scenario: Scenario): (step: Step) => Performer {
  const performers: Performers = {
    sql: performSql,
    query: performQuery,
    expect: performExpect,
    fault: performFault,
    do: performOperation,
    set: performSet,
    load: loadPerformer(scenario.load),
    end: performEnd,
    exec: performExec,
    sleep: performSleep,
    use: performUse,
    parallel: performParallel,
    background: performBackground,
    random: performRandom,
  };
  return (step) => performers[step.verb] as Performer;
}
