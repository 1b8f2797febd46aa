/**
 * What the local target needs: PostgreSQL's programs, an account for them, the cache.
 *
 * @module
 */
import { findBinaries } from "../cluster/local/binaries.ts";
import { cacheDirectory } from "../cluster/local/cache.ts";
import { failed, type Finding, type Patient } from "./doctor_finding.ts";
import { room } from "./doctor_machine.ts";
import { postgresDefault } from "./target.ts";

/** Checks the local target. */
export async function checkLocal({ postgres, signal }: Patient): Promise<Finding[]> {
  if (Deno.build.os === "windows") {
    const seen = "Windows has no signals: its servers could not be hurt";
    return [{ state: "bad", what: "system", seen, advice: "use the compose target" }];
  }
  return [...await cache(), await binaries(postgres ?? postgresDefault, signal)];
}

async function cache(): Promise<Finding[]> {
  const what = "cache";
  try {
    const path = await cacheDirectory();
    return [await room(what, path, "set PGPROOF_CACHE to a folder with more room")];
  } catch (error) {
    return [failed(what, error, "set PGPROOF_CACHE to a folder that can be written")];
  }
}

async function binaries(postgres: string, signal: AbortSignal): Promise<Finding> {
  const what = "PostgreSQL";
  try {
    const { version, origin } = await findBinaries(postgres, signal);
    return { state: "ok", what, seen: `${version.text} from ${origin}` };
  } catch (error) {
    const advice = "look whether npm can reach its registry, or name a bin folder with --postgres";
    return failed(what, error, advice);
  }
}
