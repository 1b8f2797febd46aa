/**
 * Every word a step can hold and where it belongs, so that a misplaced or unbuilt word is not told
 * as a misspelt one.
 *
 * @module
 */
import type { z } from "zod";
import type { KindVerb, StepGrammar } from "./step_grammar.ts";

/** Adjectives of the language; some belong to kinds that this version may not have. */
const adjectives =
  ("name node between session as through save when repeat within for every while measure " +
    "error blocks is not below above at_most at_least matches lacks because lsn of tables delay " +
    "jitter loss rate direction with grace during outside").split(" ");

/** Kinds of the language; those without a registry line are not built. */
const kindNames: Record<KindVerb, readonly string[]> = {
  expect: ("replayed caught_up streaming role sync_state one_primary lag_bytes lag_time " +
    "retained_wal timeline slot setting commit_rate reachable log same_data no_lost_writes " +
    "no_phantom_writes monotonic_reads read_your_writes staleness recovery_conflicts archived " +
    "backup_restores checksums hba port volume network upstream system_identifier waiting_on")
    .split(" "),
  fault: ("kill power_off crash kill_process pause partition slow_network throttle " +
    "reset_connections disk_full pause_replay drop_slot lose_data corrupt_page break_setting " +
    "cancel_sync_wait").split(" "),
  do: ("promote switchover stop start restart reload rebuild rewind follow checkpoint switch_wal " +
    "backup restore").split(" "),
};

/** What people call the kinds of a verb. */
export const kindNoun: Record<KindVerb, string> = {
  expect: "fact",
  fault: "fault",
  do: "operation",
};

/** How many kinds are listed before the rest is only counted. */
const listedMax = 6;

/** `a, b and c`, shortened when it is long. */
export function listed(words: readonly string[], last: "and" | "or" = "and"): string {
  if (words.length > listedMax) {
    const more = words.length - listedMax;
    return `${words.slice(0, listedMax).join(", ")} ${last} ${more} more`;
  }
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

/** The words of one grammar of steps. */
export class Vocabulary {
  readonly #homes = new Map<string, string[]>();

  constructor(grammar: StepGrammar) {
    for (const [verb, schema] of Object.entries(grammar.plain)) {
      for (const word of wordsOf(schema)) this.#add(word, verb);
    }
    for (const [verb, kinds] of Object.entries(grammar.kinds)) {
      const kindsOf = Map.groupBy(
        [...kinds].flatMap(([kind, schema]) => wordsOf(schema).map((word) => ({ word, kind }))),
        ({ word }) => word,
      );
      for (const [word, uses] of kindsOf) {
        const names = uses.map(({ kind }) => kind);
        this.#add(word, names.length === kinds.size ? verb : `${verb}: ${listed(names, "or")}`);
      }
    }
    for (const schema of [grammar.always.query, ...grammar.always.expect.values()]) {
      for (const word of wordsOf(schema)) if (!this.#homes.has(word)) this.#add(word, "always");
    }
  }

  #add(word: string, home: string): void {
    const homes = this.#homes.get(word) ?? [];
    if (!homes.includes(home)) this.#homes.set(word, [...homes, home]);
  }

  /** Every word that some step of this version can hold. */
  get words(): Iterable<string> {
    return this.#homes.keys();
  }

  /** Where a word belongs, in words; undefined when no step holds it. */
  homesOf(word: string): string | undefined {
    const homes = this.#homes.get(word);
    return homes && homes.join("; ");
  }

  /** True for an adjective of the language that no step of this version holds. */
  isLater(word: string): boolean {
    return adjectives.includes(word) && !this.#homes.has(word);
  }
}

/** True for a kind of the language; ask only for one that has no registry line. */
export function isLaterKind(verb: KindVerb, name: string): boolean {
  return kindNames[verb].includes(name);
}

/** The words of a schema, in its order. */
export function wordsOf(schema: z.ZodObject): string[] {
  return Object.keys(schema.shape);
}
