/**
 * Performs operations as the step `do` does, for tests of them.
 *
 * @module
 */
import { equal, match, ok, rejects } from "node:assert/strict";
import { OperationError } from "../../lib/operation/kind.ts";
import { operations } from "../../lib/operation/registry.ts";
import type { Evidence } from "../../lib/result/event.ts";
import type { Subject } from "./fact_fixture.ts";

/** Performs an operation; its words are the rest. */
export async function perform(
  subject: Subject,
  name: string,
  { node, signal = subject.signal, ...words }: {
    node: string;
    signal?: AbortSignal;
    [word: string]: unknown;
  },
): Promise<Evidence[]> {
  const nodes = await subject.stage.roles.find(node, subject.signal);
  const evidence = await operations.get(name)!.perform(subject.stage, nodes, words, signal);
  ok(evidence.length > 0);
  return evidence;
}

/** Expects an operation to say that it did not succeed, and why. */
export function refuses(work: Promise<unknown>, why: RegExp): Promise<void> {
  return rejects(work, (error: Error) => {
    equal(error instanceof OperationError, true, `${error.name}: ${error.message}`);
    match(error.message, why);
    return true;
  });
}

/** A signal that a test aborts by time; cleared with the test. */
export function within(ms: number): { signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error("ended by the test")), ms);
  return { signal: controller.signal, [Symbol.dispose]: () => clearTimeout(timer) };
}
