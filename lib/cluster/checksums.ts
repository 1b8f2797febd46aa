/**
 * Data checksums, which initdb decides.
 * Source: https://www.postgresql.org/docs/current/app-initdb.html#APP-INITDB-DATA-CHECKSUMS
 *
 * @module
 */

/** initdb's words for data checksums; they are on by default since version 18. */
const checksumArgs = ["-k", "--data-checksums", "--no-data-checksums"];

/** The recipe with checksums on or off; undefined: as the stack and the version have it. */
export function withChecksums<Recipe extends { initdbArgs: readonly string[] }>(
  recipe: Recipe,
  checksums: boolean | undefined,
  version: number,
): Recipe {
  if (checksums === undefined) return recipe;
  const off = version >= 180_000 ? ["--no-data-checksums"] : [];
  const kept = recipe.initdbArgs.filter((arg) => !checksumArgs.includes(arg));
  return { ...recipe, initdbArgs: [...kept, ...(checksums ? ["--data-checksums"] : off)] };
}
