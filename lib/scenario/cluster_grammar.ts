/**
 * `cluster`: what a scenario changes of the stack, as a zod schema.
 *
 * @module
 */
import { z } from "zod";
import { settings } from "./step_grammar.ts";
import { span } from "./words.ts";

const text = z.string().refine((text) => text.trim() !== "", { error: "must not be empty" });

/** Source: https://www.postgresql.org/docs/current/view-pg-replication-slots.html */
const slotName = z.string().regex(/^[a-z0-9_]{1,63}$/, {
  error: "a slot's name is made of small letters, digits and _",
});

/** The schema. */
export const cluster = z.strictObject({
  settings: z.record(text, z.union([settings.valueType, settings])).default({})
    .describe("settings of every node, or of one by its name"),
  replicas: z.int().min(0).max(100).optional().describe("how many of the replicas take part"),
  upstream: z.record(text, text).optional()
    .describe("which node a replica replicates from: { replica2: replica1 }"),
  slots: z.union([z.boolean(), z.record(text, slotName)]).optional()
    .describe("a physical slot for every replica on its upstream, or by name: { replica1: r1 }"),
  archive: z.union([z.boolean(), z.strictObject({ cleaned_by: text })]).optional().describe(
    "archive WAL into a folder of the cluster, from which replicas can restore; " +
      "{ cleaned_by: replica1 }: that replica removes from it what it does not need any more",
  ),
  synchronous: text.optional()
    .describe("synchronous_standby_names, once every replica streams: FIRST 1 (replica1)"),
  checksums: z.boolean().optional().describe("data checksums on or off"),
  delay: z.record(text, span).optional()
    .describe("how much later a replica replays: { replica3: 5s }"),
});
