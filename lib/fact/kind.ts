/**
 * What a fact is: something `expect` can judge. One file per fact, one line in `registry.ts`.
 *
 * @module
 */
import type { z } from "zod";
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import type { Comparison } from "../scenario/model.ts";

/** What one look at a fact found. */
export interface Look {
  /** Undefined: could not see. Never a pass; while `within` lasts it means "not yet". */
  holds: boolean | undefined;
  /** True when waiting cannot change it (a lost write): the step ends at once. */
  final?: boolean;
  /** Stable, for programs: `LostWrites`. Says which kind of problem a failure is. */
  code: string;
  /** One line: what was expected. */
  expected: string;
  /** One line: what was seen. */
  seen: string;
  evidence: Evidence[];
  /** What `measure:` keeps instead of the elapsed time (lag in bytes, ...). */
  measured?: { unit: "ms" | "bytes" | "per_second" | "count"; value: number }[];
}

/** What a look is asked to judge. Saved names are already replaced by their values. */
export interface Question<Words> {
  nodes: Node[];
  compare: Comparison;
  words: Words;
  signal: AbortSignal;
}

/** A kind of fact. */
export interface FactKind<Shape extends z.ZodRawShape = z.ZodRawShape> {
  name: string;
  /** One sentence for `explain` and the reference. */
  summary: string;
  /** Its adjectives beside `node`, the comparisons and the timing words. */
  words: Shape;
  /** The comparisons that make sense; empty: it compares nothing. */
  comparisons: readonly (keyof Comparison)[];
  /** Whether a comparison must be given. */
  needsComparison: boolean;
  /** What its operands are: decides which unit is mandatory. */
  operand: "value" | "size" | "duration" | "rate" | "node";
  /** All states it knows: `is` and `not` can name no other. Absent: any value. */
  states?: readonly (string | boolean)[];
  /** Where it looks when the step does not say; undefined: the step must say. */
  defaultNode: string | undefined;
  /**
   * Looks once. Connection errors may be thrown as SqlError: the caller turns absence into "could
   * not see" and everything else into an error.
   */
  look(scene: Scene, question: Question<z.infer<z.ZodObject<Shape>>>): Promise<Look>;
}

/** Gives a kind its exact types; returns it unchanged. */
export function defineFact<Shape extends z.ZodRawShape>(kind: FactKind<Shape>): FactKind<Shape> {
  return kind;
}
