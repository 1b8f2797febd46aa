/**
 * What pg_verifybackup says of a kept backup: it compares every file with the manifest that
 * pg_basebackup wrote while it took the backup, and reads the WAL that the backup needs.
 * Source: https://www.postgresql.org/docs/current/app-pgverifybackup.html
 *
 * @module
 */

/** How a verification ended. */
export interface Verification {
  /** `unverified`: there was nothing to verify with, or against. */
  verdict: "whole" | "damaged" | "unverified";
  /** What the program said; why it did not run. */
  said: string[];
}

/** The file at the top of a backup; a copy that was taken by hand has none. */
export const manifest = "backup_manifest";

/** Of a backup that cannot be verified. */
export function unverified(reason: string): Verification {
  return { verdict: "unverified", said: [reason] };
}

/** There is nothing to verify with. */
export const noProgram = "there is no pg_verifybackup beside the server";

/** There is nothing to verify against. */
export const noManifest = "it has no manifest";

/** The verification that ended with an exit status. */
export function verificationOf(status: number, said: readonly string[]): Verification {
  return { verdict: status === 0 ? "whole" : "damaged", said: said.filter((line) => line !== "") };
}
