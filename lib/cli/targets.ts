/**
 * The targets of one run: the one that was chosen, and one more for each other version of PostgreSQL
 * that a matrix asks for.
 *
 * @module
 */
import { NodeError, type Target } from "../cluster/model.ts";
import type { Case } from "../scenario/model.ts";
import type { Stack } from "../stack/model.ts";
import { type Chosen, type OpenOptions, openTarget } from "./target.ts";

/** Open targets; close them all. */
export class Targets {
  readonly #chosen: Chosen;
  /** By version, as scenarios write it. */
  readonly #others = new Map<string, Target>();
  /** Why a version could not be had. */
  readonly missing: string[] = [];

  private constructor(chosen: Chosen) {
    this.#chosen = chosen;
  }

  /**
   * Opens what the cases need.
   * @throws {NodeError} when the chosen one cannot be had.
   */
  static async open(stack: Stack, cases: readonly Case[], options: OpenOptions): Promise<Targets> {
    const targets = new Targets(await openTarget(stack, options));
    try {
      await targets.#openOthers(stack, cases, options);
      return targets;
    } catch (error) {
      await targets.close();
      throw error;
    }
  }

  async #openOthers(stack: Stack, cases: readonly Case[], options: OpenOptions): Promise<void> {
    const { name } = this.main;
    const versions = new Set(cases.flatMap(({ postgres }) => postgres ?? []));
    for (const postgres of versions) {
      if (this.main.postgres.text.split(".")[0] === postgres) continue;
      try {
        const { target } = await openTarget(stack, { ...options, name, postgres, ahead: 0 });
        this.#others.set(postgres, target);
      } catch (error) {
        // Its cases will say that they are for another version.
        if (!(error instanceof NodeError)) throw error;
        this.missing.push(`PostgreSQL ${postgres} cannot be had: ${error.message}`);
      }
    }
  }

  /** The one that was chosen. */
  get main(): Target {
    return this.#chosen.target;
  }

  /** Why that one. */
  get why(): string {
    return this.#chosen.why;
  }

  /** Where a case runs. */
  of(subject: Case): Target {
    return this.#others.get(subject.postgres ?? "") ?? this.main;
  }

  /**
   * Closes all.
   * @throws {NodeError} when something could not be removed.
   */
  async close(): Promise<void> {
    const ends = await Promise.allSettled(
      [this.main, ...this.#others.values()].map((target) => target.close()),
    );
    const failed = ends.find((end) => end.status === "rejected");
    if (failed) throw failed.reason;
  }
}
