/**
 * The course of a case, from what was sampled while it ran: values as series, roles as spans.
 *
 * @module
 */
import type { EventBase, Sampled, SeenRole } from "./event.ts";
import type { RoleSpan, Series } from "./model.ts";

/** Takes samples in order of time. */
export class Course {
  readonly #series = new Map<string, Series>();
  readonly #roles: RoleSpan[] = [];
  readonly #lastRole = new Map<string, SeenRole>();

  /** Takes what was seen at one moment. */
  take({ t, roles, values }: EventBase & Sampled): void {
    for (const [node, role] of Object.entries(roles)) {
      if (this.#lastRole.get(node) === role) continue;
      this.#lastRole.set(node, role);
      this.#roles.push({ t, node, role });
    }
    for (const { value, ...what } of values) {
      const key = `${what.name}\n${what.node ?? ""}`;
      const series = this.#series.get(key) ?? { ...what, points: [] };
      this.#series.set(key, series);
      series.points.push([t, value]);
    }
  }

  /** Empty when nothing was sampled. */
  result(): { series?: Series[]; roles?: RoleSpan[] } {
    const series = [...this.#series.values()];
    return {
      ...(series.length > 0 ? { series } : {}),
      ...(this.#roles.length > 0 ? { roles: [...this.#roles] } : {}),
    };
  }
}
