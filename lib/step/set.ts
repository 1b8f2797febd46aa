/**
 * `set`: ALTER SYSTEM, then reload or restart as the setting needs, until it is in effect. At the
 * end of the scenario what postgresql.auto.conf said before is restored.
 *
 * @module
 */
import { alterSystem, reloadSettings } from "../cluster/alter_system.ts";
import type { Node } from "../cluster/model.ts";
import { StepProblem } from "../run/problem.ts";
import { limits } from "../run/limits.ts";
import type { Stage } from "../run/stage.ts";
import type { SetStep } from "../scenario/model.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import type { Performer } from "./kind.ts";

/** Performs `set`. */
export const performSet: Performer<SetStep> = async (step, { stage, deadline }) => {
  const ms = limits.stepMs * stage.timeScale;
  using own = new Deadline(`step (${formatDuration(ms)})`, ms, deadline);
  const nodes = await stage.roles.find(step.node, own.signal);
  const evidence = await Promise.all(nodes.map(async (node) => {
    const before = await savedSettings(node, Object.keys(step.settings), stage, own.signal);
    stage.undo.push(
      `settings of ${node.name}`,
      (signal) => change(node, before, stage, signal),
    );
    const how = await change(node, new Map(Object.entries(step.settings)), stage, own.signal);
    return { kind: "setting", node: node.name, text: how };
  }));
  return { evidence };
};

/** What postgresql.auto.conf says of each name; undefined: nothing. */
async function savedSettings(
  node: Node,
  names: string[],
  stage: Stage,
  signal: AbortSignal,
): Promise<Map<string, string | undefined>> {
  const sql = `select name, setting from pg_file_settings
    where sourcefile like '%/postgresql.auto.conf' and name = any($1) order by seqno`;
  const { rows } = await stage.observer.ask(node, sql, [names], signal);
  const found = new Map(rows.map(([name, value]) => [String(name), String(value)]));
  return new Map(names.map((name) => [name, found.get(name)]));
}

async function change(
  node: Node,
  settings: Map<string, string | undefined>,
  stage: Stage,
  signal: AbortSignal,
): Promise<string> {
  if (await node.state() === "stopped") {
    throw new StepProblem("error", {
      code: "NodeStopped",
      expected: `${node.name} running, to change its settings`,
      seen: "it is stopped",
    });
  }
  const altered = [...settings].map(([name, value]) => ({ name, value }));
  await alterSystem(stage.observer, node, altered, signal);
  const names = [...settings.keys()];
  const needsRestart = (await stage.observer.ask(
    node,
    "select name from pg_settings where name = any($1) and context = 'postmaster'",
    [names],
    signal,
  )).rowCount > 0;
  if (needsRestart) {
    await node.stop("fast", signal);
    await node.start(signal);
  } else await reloadSettings(stage.observer, node, signal);
  return await effect(node, names, stage, signal) + (needsRestart ? " after a restart" : "");
}

/** What is in effect now; a value that the server could not take is the step's failure. */
async function effect(node: Node, names: string[], stage: Stage, signal: AbortSignal) {
  const broken = await stage.observer.ask(
    node,
    `select name, setting, error from pg_file_settings
     where name = any($1) and error is not null and sourcefile like '%/postgresql.auto.conf'`,
    [names],
    signal,
  );
  const [first] = broken.rows;
  if (first) {
    throw new StepProblem("failed", {
      code: "SettingRefused",
      expected: `${first[0]} = ${first[1]} to take effect on ${node.name}`,
      seen: String(first[2]),
    });
  }
  const { rows } = await stage.observer.ask(
    node,
    "select name, current_setting(name) from pg_settings where name = any($1)",
    [names],
    signal,
  );
  return rows.map(([name, value]) => `${name} = ${value}`).join(", ");
}
