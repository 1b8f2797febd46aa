/**
 * Steps that last longer than their scenario may: they could never come to their end.
 *
 * @module
 */
import { formatDuration } from "../time/duration.ts";
import { everyStep } from "./inner_steps.ts";
import type { Step } from "./model.ts";
import type { Ground } from "./reading.ts";

/** How long a step takes at least, in milliseconds. */
function leastMs(step: Step): number {
  switch (step.verb) {
    case "sleep":
      return step.ms;
    case "sql":
      return step.blocksMs ?? 0;
    case "query":
    case "expect":
    case "fault":
      return step.forMs ?? 0;
    default:
      return 0;
  }
}

/** Reports each step that cannot be over when the scenario's time is. */
export function checkLasting(ground: Ground, steps: readonly Step[], timeoutMs: number): void {
  for (const step of steps.flatMap((each) => [...everyStep(each)])) {
    const ms = leastMs(step);
    if (ms < timeoutMs) continue;
    const [lasts, limit] = [ms, timeoutMs].map(formatDuration);
    const message = `this step lasts ${lasts}, the whole scenario has ${limit}`;
    ground.report.add(step.place, "bad-value", message, {
      hint: `give the scenario more time with "timeout"`,
    });
  }
}
