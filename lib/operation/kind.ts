/**
 * What a planned operation is: what an operator would do, through `do:`. One file per operation,
 * one line in `registry.ts`.
 *
 * @module
 */
import type { z } from "zod";
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";

/** An operation did not come to its end; the message says what was seen. */
export class OperationError extends Error {
  override name = "OperationError";
}

/** A kind of operation. */
export interface OperationKind<Shape extends z.ZodRawShape = z.ZodRawShape> {
  name: string;
  /** One sentence for `explain` and the reference. */
  summary: string;
  /** Its adjectives beside `node`, `within` and `measure`. */
  words: Shape;
  /** Capabilities it needs of a target. */
  requires: readonly string[];
  /** Where it acts when the step does not say; undefined: the step must say. */
  defaultNode: string | undefined;
  /**
   * Performs it on each node and returns when its effect was seen.
   * @throws {OperationError} when it was not; SqlError and NodeError pass through.
   */
  perform(
    scene: Scene,
    nodes: Node[],
    words: z.infer<z.ZodObject<Shape>>,
    signal: AbortSignal,
  ): Promise<Evidence[]>;
}

/** Gives a kind its exact types; returns it unchanged. */
export function defineOperation<Shape extends z.ZodRawShape>(
  kind: OperationKind<Shape>,
): OperationKind<Shape> {
  return kind;
}
