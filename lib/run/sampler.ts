/**
 * Looks at the cluster of a case several times a second, on connections of its own, for the pictures
 * of reports: roles, lag, what became of the clients' operations. No verdict rests on it.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import { Observer } from "../cluster/observer.ts";
import { Notes } from "../fact/lag_notes.ts";
import type { Emit, Sample, SeenRole } from "../result/event.ts";
import { parseLsn } from "../sql/lsn.ts";
import { sleep } from "../time/sleep.ts";
import type { Stage } from "./stage.ts";

/** In milliseconds: between two looks, and how long a node may take to answer. */
const [everyMs, answerMs] = [200, 1000];

const sql = `select pg_is_in_recovery(), case when pg_is_in_recovery()
  then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end::text`;

/** What one node said. */
interface Answer {
  role: SeenRole;
  lsn?: bigint;
  sentAt: number;
  now: number;
}

/** Samples until disposed of. */
export class Sampler implements AsyncDisposable {
  readonly #stage: Stage;
  readonly #emit: Emit;
  /** Under the name that a smart shutdown ends, or it would wait for these connections. */
  readonly #observer = new Observer("pgproof");
  readonly #ending = new AbortController();
  readonly #notes = new Notes();
  readonly #counted = new Map<string, { at: number; counts: Record<string, number> }>();
  readonly #running: Promise<void>;

  constructor(stage: Stage, emit: Emit = stage.emit) {
    this.#stage = stage;
    this.#emit = emit;
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const { nodes } = this.#stage.cluster;
      const answers = await Promise.all(
        nodes.map(async (node) => [node.name, await this.#ask(node)] as const),
      );
      if (signal.aborted) return;
      this.#emit({
        type: "sampled",
        case: this.#stage.case,
        roles: Object.fromEntries(answers.map(([name, { role }]) => [name, role])),
        values: [...this.#lag(answers), ...this.#loads()],
      });
      await sleep(everyMs, signal).catch(() => {});
    }
  }

  async #ask(node: Node): Promise<Answer> {
    const sentAt = performance.now();
    const limit = AbortSignal.timeout(answerMs);
    try {
      const signal = AbortSignal.any([limit, this.#ending.signal]);
      const { rows } = await this.#observer.ask(node, sql, [], signal);
      const [isReplica, lsn] = rows[0] as [boolean, string | null];
      const role = isReplica ? "replica" : "primary";
      return { role, sentAt, now: performance.now(), ...(lsn ? { lsn: parseLsn(lsn) } : {}) };
    } catch {
      return { role: limit.aborted ? "silent" : "down", sentAt, now: performance.now() };
    }
  }

  /** Against the one primary; with none, or with two, lag is not defined. */
  #lag(answers: readonly (readonly [string, Answer])[]): Sample[] {
    const primaries = answers.filter(([, { role }]) => role === "primary");
    const [name, primary] = primaries.length === 1 ? primaries[0]! : [];
    if (name !== undefined && primary?.lsn !== undefined) {
      this.#notes.add(name, { lsn: primary.lsn, from: primary.sentAt, to: primary.now });
    }
    return answers.filter(([, { role }]) => role !== "primary").flatMap(([node, answer]) => {
      const { lsn } = answer;
      const isSeen = lsn !== undefined && primary?.lsn !== undefined;
      const behind = isSeen ? Math.max(0, Number(primary.lsn! - lsn)) : null;
      const age = isSeen ? Math.round(this.#notes.age(lsn, answer).low) : null;
      return [
        { name: "lag_bytes", unit: "bytes" as const, node, value: behind },
        { name: "lag_time", unit: "ms" as const, node, value: age },
      ];
    });
  }

  /** Per second, since the look before. */
  #loads(): Sample[] {
    return [...this.#stage.loads].flatMap(([name, load]) => {
      const at = performance.now();
      const { acknowledged, refused, unknown } = load.ledger.counts();
      const counts = { acknowledged, refused, unknown };
      const before = this.#counted.get(name);
      this.#counted.set(name, { at, counts });
      if (!before || (load.endedAt !== undefined && load.endedAt < before.at)) return [];
      return Object.entries(counts).map(([fate, count]) => ({
        name: `${name}.${fate}`,
        unit: "per_second" as const,
        value: Math.round((count - before.counts[fate]!) * 1000 / (at - before.at)),
      }));
    });
  }

  /** Takes no further look and closes the connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#running;
    await this.#observer[Symbol.asyncDispose]();
  }
}
