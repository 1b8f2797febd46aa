/**
 * The hardened stack with secrets of its own.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Stack } from "../../lib/stack/model.ts";
import { readStack } from "../../lib/stack/read.ts";
import { checkout } from "./compose_fixture.ts";

/** Whether every sender's connection is encrypted. */
export const encrypted =
  `select bool_and(ssl) from pg_stat_replication join pg_stat_ssl using (pid)`;

/** How many rules let somebody in without a password that is checked as SCRAM does. */
export const lax = `select count(*) from pg_hba_file_rules where auth_method <> 'scram-sha-256'`;

/** Makes a checkout with secrets, to be removed by the caller, and reads it. */
export async function secureStack(): Promise<{ directory: string; stack: Stack }> {
  const directory = await checkout();
  const made = await new Deno.Command("sh", {
    args: [join(directory, "fixtures/postgres/secure/make_secrets.sh")],
  }).output();
  assert(made.success, new TextDecoder().decode(made.stderr));
  const overlays = [join(directory, "compose.secure.yaml")];
  return { directory, stack: await readStack(join(directory, "compose.yaml"), { overlays }) };
}
