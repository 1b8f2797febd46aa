/**
 * Versions of servers: `server_version_num` against what scenarios write.
 *
 * @module
 */

/** The oldest major version that is run. */
export const oldestMajor = 14;

/**
 * Below, at or above 0 as a server is older, the same or newer than a version; one without a minor
 * number means all of that major.
 */
export function versionOrder(serverNumber: number, version: string): number {
  const [major, minor] = version.split(".").map(Number);
  const byMajor = Math.floor(serverNumber / 10_000) - major!;
  return byMajor !== 0 || minor === undefined ? byMajor : serverNumber % 10_000 - minor;
}

const comparisons: Record<string, (order: number) => boolean> = {
  ">=": (order) => order >= 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  "<": (order) => order < 0,
  "=": (order) => order === 0,
  "==": (order) => order === 0,
};

/**
 * Compares a server version with `>=16` or `<17.2`; undefined when it is no comparison. A major alone
 * means all of its minors: `=17` holds for 17.4, and `>17` does not.
 */
export function compareVersion(condition: string, serverNumber: number): boolean | undefined {
  const match = /^\s*(>=|<=|>|<|==?)\s*(\d+(?:\.\d+)?)\s*$/.exec(condition);
  return match ? comparisons[match[1]!]!(versionOrder(serverNumber, match[2]!)) : undefined;
}

/**
 * What a capability like `postgres>=16` comes to: no reason when the server is of that version.
 * Undefined when it is none of these.
 */
export function lackingVersion(
  capability: string,
  server: { text: string; number: number },
): { reason: string | undefined } | undefined {
  if (!capability.startsWith("postgres")) return undefined;
  const condition = capability.slice("postgres".length);
  const holds = compareVersion(condition, server.number);
  if (holds === undefined) return undefined;
  return { reason: holds ? undefined : `PostgreSQL is ${server.text}, not ${condition.trim()}` };
}
