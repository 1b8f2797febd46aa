/**
 * What a fault is: something that happens to the stack. One file per fault, one line in
 * `registry.ts`. A fault proves that it bit, and after healing that it is gone.
 *
 * @module
 */
import type { z } from "zod";
import type { Node } from "../cluster/model.ts";
import type { Scene } from "../run/scene.ts";

/** The fault was injected but nothing shows its effect; or healed, and something still does. */
export class FaultError extends Error {
  override name = "FaultError";
}

/** A fault in effect on one node. */
export interface ActiveFault {
  /** What shows that it is in effect: `no process of replica1 is left`. */
  proof: string;
  /**
   * Ends it and proves it gone; returns what shows that. Must cope with a scenario that has already
   * repaired the node itself.
   * @throws {FaultError} when it cannot be ended.
   */
  heal(signal: AbortSignal): Promise<string>;
}

/** Waits for the other nodes of a step. */
export type Together = () => Promise<void>;

/** A kind of fault. */
export interface FaultKind<Shape extends z.ZodRawShape = z.ZodRawShape> {
  name: string;
  /** One sentence for `explain` and the reference. */
  summary: string;
  /** Its adjectives beside `node`, `as`, `for` and `while`. */
  words: Shape;
  /** Of these adjectives a step must have at least one: without it nothing would happen. */
  anyOf?: readonly string[];
  /** Capabilities it needs of a target, beside what the scenario says. */
  requires: readonly string[];
  /** Whether the node stops answering while it lasts: being unreachable is then excused. */
  silences: boolean;
  /**
   * The nodes it is injected into, where these are not simply those that `node` means.
   * @throws {FaultError} when there is none.
   */
  find?(
    scene: Scene,
    step: { node: string | undefined; words: z.infer<z.ZodObject<Shape>> },
    signal: AbortSignal,
  ): Promise<Node[]>;
  /**
   * Injects it into one node and returns once it is proven in effect. `together` resolves when every
   * node of the step has asked for it as often, for what is to happen to all at the same moment.
   * @throws {FaultError} when it does not bite; nothing is left changed then.
   */
  inject(
    scene: Scene,
    node: Node,
    words: z.infer<z.ZodObject<Shape>>,
    signal: AbortSignal,
    together?: Together,
  ): Promise<ActiveFault>;
}

/** Gives a kind its exact types; returns it unchanged. */
export function defineFault<Shape extends z.ZodRawShape>(
  kind: FaultKind<Shape>,
): FaultKind<Shape> {
  return kind;
}
