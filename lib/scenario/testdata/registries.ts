/**
 * Kinds for the tests of parsing: the adjectives of real ones, and nothing behind them. What is
 * tested here never runs.
 *
 * @module
 */
import { z } from "zod";
import { defineFact, type FactKind } from "../../fact/kind.ts";
import { defineFault, type FaultKind } from "../../fault/kind.ts";
import { defineOperation, type OperationKind } from "../../operation/kind.ts";
import { between } from "../../link/between.ts";
import type { Registries } from "../registries.ts";
import {
  anyLoad,
  byteRate,
  duration,
  loadName,
  operand,
  recordedLoad,
  share,
  stepName,
} from "../words.ts";

const neverRuns = () => Promise.reject(new Error("a kind of the parsing tests was asked to run"));

function fact<Shape extends z.ZodRawShape>(
  name: string,
  words: Shape,
  rest: Partial<FactKind<Shape>> = {},
): FactKind {
  return defineFact<Shape>({
    name,
    summary: `The fact ${name}`,
    words,
    comparisons: [],
    needsComparison: false,
    operand: "value",
    defaultNode: "all",
    look: neverRuns,
    ...rest,
  }) as FactKind;
}

function fault<Shape extends z.ZodRawShape>(
  name: string,
  words: Shape,
  rest: Partial<FaultKind<Shape>> = {},
): FaultKind {
  return defineFault<Shape>({
    name,
    summary: `The fault ${name}`,
    words,
    requires: [],
    silences: false,
    inject: neverRuns,
    ...rest,
  }) as FaultKind;
}

function operation(name: string, defaultNode: string | undefined): OperationKind {
  return defineOperation({
    name,
    summary: `The operation ${name}`,
    words: {},
    requires: [],
    defaultNode,
    perform: neverRuns,
  });
}

const bounds = ["below", "above", "at_most", "at_least"] as const;
const of = loadName.describe("a declared load");

const facts = [
  fact("streaming", {}, { defaultNode: "replicas" }),
  fact("replayed", { lsn: operand.optional() }, { defaultNode: "replicas" }),
  fact("caught_up", {}, { defaultNode: "replicas" }),
  fact("one_primary", {}),
  fact("lag_bytes", {}, {
    comparisons: bounds,
    needsComparison: true,
    operand: "size",
    defaultNode: "replicas",
  }),
  fact("lag_time", {}, {
    comparisons: bounds,
    needsComparison: true,
    operand: "duration",
    defaultNode: "replicas",
  }),
  fact("retained_wal", {}, { comparisons: bounds, needsComparison: true, operand: "size" }),
  fact("commit_rate", { of: anyLoad }, {
    comparisons: bounds,
    needsComparison: true,
    operand: "rate",
  }),
  fact("no_lost_writes", { of }, {}),
  fact("read_your_writes", { of: recordedLoad("sessions") }, { defaultNode: undefined }),
  fact("no_anomalies", { of: recordedLoad("bank", "list_append") }, { defaultNode: undefined }),
  fact("same_data", { tables: z.array(z.string()).min(1).optional() }),
  fact("log", { since: stepName.optional() }, {
    comparisons: ["matches", "lacks"],
    needsComparison: true,
    defaultNode: undefined,
  }),
  fact("role", {}, {
    comparisons: ["is", "not"],
    needsComparison: true,
    defaultNode: undefined,
  }),
  fact("upstream", {}, { comparisons: ["is"], operand: "node", defaultNode: undefined }),
];

const link = { between };

const faults = [
  fault("kill", {}),
  fault("power_off", {}),
  fault("pause", {}),
  fault("partition", { ...link, direction: z.enum(["both", "downstream", "upstream"]).optional() }),
  fault("slow_network", {
    ...link,
    delay: duration.optional(),
    jitter: duration.optional(),
    loss: share.optional(),
  }, { anyOf: ["delay", "jitter", "loss"] }),
  fault("throttle", { ...link, rate: byteRate }),
];

const operations = [operation("promote", undefined), operation("checkpoint", "primary")];

function byName<Kind extends { name: string }>(kinds: readonly Kind[]): ReadonlyMap<string, Kind> {
  return new Map(kinds.map((kind) => [kind.name, kind]));
}

/** What the parsing tests read scenarios against. */
export const registries: Registries = {
  facts: byName(facts),
  faults: byName(faults),
  operations: byName(operations),
};

/** The nodes of the stack of the parsing tests. */
export const nodes = ["master", "replica1", "replica2", "replica3"];
