/**
 * `exec`: runs a command in each node that is meant, once. It passes when it exits as expected and
 * its output is as expected.
 *
 * @module
 */
import type { Executed, Node } from "../cluster/model.ts";
import { judge } from "../fact/compare.ts";
import type { Evidence } from "../result/event.ts";
import { limits } from "../run/limits.ts";
import { StepProblem } from "../run/problem.ts";
import type { Stage } from "../run/stage.ts";
import type { Comparison, ExecStep } from "../scenario/model.ts";
import { resolveRefs } from "../scenario/resolve.ts";
import { Deadline } from "../time/deadline.ts";
import { formatDuration } from "../time/duration.ts";
import type { Performer } from "./kind.ts";

/** Lines of each stream that a step keeps. */
const linesMax = 20;

/** Performs `exec`. */
export const performExec: Performer<ExecStep> = async (step, { stage, deadline }) => {
  const ms = limits.stepMs * stage.timeScale;
  using own = new Deadline(`step (${formatDuration(ms)})`, ms, deadline);
  const nodes = await stage.roles.find(step.node, own.signal);
  const evidence = await Promise.all(nodes.map(async (node) => {
    if (!node.exec) {
      throw new StepProblem("error", {
        code: "NotAble",
        expected: `a command to run in ${node.name}`,
        seen: "the target cannot run commands in its nodes",
      });
    }
    const ran = await node.exec(step.command, own.signal);
    judgeRun(step, stage, { node, ran });
    return evidenceOf(node, ran);
  }));
  return { evidence: evidence.flat() };
};

function judgeRun(step: ExecStep, stage: Stage, on: { node: Node; ran: Executed }): void {
  const { node, ran: { status, output, errors } } = on;
  const text = output.replace(/\r?\n$/, "");
  const fail = (code: string, expected: string, seen: string) =>
    new StepProblem(
      "failed",
      { code, expected, seen: `${node.name}: ${seen}` },
      evidenceOf(node, on.ran),
    );
  if (status !== step.status) {
    const said = errors.trim().split("\n").at(-1);
    const seen = `exit status ${status}${said ? `: ${said}` : ""}`;
    throw fail("ExitStatus", `exit status ${step.status}`, seen);
  }
  const compare = resolveRefs(step.compare, stage.saved) as Comparison;
  const { holds, expected } = judge(compare, text);
  if (!holds) throw fail("Mismatch", expected, JSON.stringify(text));
  for (const name of Object.keys(step.save)) stage.saved.set(name, text);
}

function evidenceOf(node: Node, { status, output, errors }: Executed): Evidence[] {
  const lines = (text: string) =>
    text.split("\n").filter((line) => line.trim() !== "").slice(-linesMax);
  return [`exit status ${status}`, ...lines(output), ...lines(errors)]
    .map((text) => ({ kind: "process", node: node.name, text }));
}
