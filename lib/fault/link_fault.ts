/**
 * What faults of links have in common: which links a step means, the relay in between, and that WAL
 * flows there before anything is disturbed.
 *
 * @module
 */
import type { z } from "zod";
import { between, replicasOf } from "../link/between.ts";
import { enter } from "../link/enter.ts";
import type { Link } from "../link/links.ts";
import type { Direction, Disturbance } from "../link/policy.ts";
import { mustFlow, proveFlows } from "../link/proof.ts";
import type { Scene } from "../run/scene.ts";
import { type ActiveFault, defineFault, type FaultKind, type Together } from "./kind.ts";

/** A kind of fault of one link. `between` is among its words without being said. */
export interface LinkFault<Shape extends z.ZodRawShape>
  extends Pick<FaultKind<Shape>, "name" | "summary" | "words" | "anyOf"> {
  /** As `FaultKind.inject`, into a link that flows through its relay. */
  inject(
    scene: Scene,
    link: Link,
    words: z.infer<z.ZodObject<Shape>>,
    signal: AbortSignal,
    together?: Together,
  ): Promise<ActiveFault>;
}

/** Makes a fault of it. */
export function defineLinkFault<Shape extends z.ZodRawShape>(kind: LinkFault<Shape>) {
  const { inject, words, ...rest } = kind;
  return defineFault({
    ...rest,
    words: { between, ...words },
    requires: ["links"],
    silences: false,
    find: (scene, { node, words }, signal) =>
      replicasOf(scene, { ...words as { between?: string[] }, node }, signal),
    async inject(scene, node, words, signal, together) {
      const link = await enter(scene, node, signal);
      await mustFlow(scene, link, signal);
      return await inject(scene, link, words as z.infer<z.ZodObject<Shape>>, signal, together);
    },
  });
}

/**
 * Disturbs a link's bytes until it is healed.
 * @throws what `prove` throws when the disturbance does not bite; it is over then.
 */
export async function disturb(
  scene: Scene,
  link: Link,
  how: { which: readonly Direction[]; disturbance: Disturbance },
  prove: () => Promise<string>,
): Promise<ActiveFault> {
  const end = link.relay.disturb(how.which, how.disturbance);
  try {
    return {
      proof: await prove(),
      async heal(signal) {
        end();
        return await proveFlows(scene, link, signal);
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}
