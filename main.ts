/**
 * pgproof: change a PostgreSQL replication setup, and know with evidence whether writes still reach
 * every replica, replicas still come back, and nothing acknowledged is lost.
 *
 * @module
 */
import { run } from "./lib/cli/run.ts";
import { terminal } from "./lib/cli/terminal.ts";

if (import.meta.main) Deno.exit(await run(Deno.args, terminal()));
