/**
 * What scenarios may require of this target.
 *
 * @module
 */
import type { Binaries } from "./binaries.ts";

/** Programs that a scenario or the harness itself may need. */
const programs = [
  "pg_basebackup",
  "pg_rewind",
  "pgbench",
  "psql",
  "pg_dump",
  "pg_receivewal",
  "pg_verifybackup",
  "pg_controldata",
  "pg_waldump",
];

/** What a target could offer, and why this one does not. */
const absent: Record<string, string> = {
  docker: "the local target runs processes, no containers",
  network_faults:
    "the local target cannot disturb the links between nodes: they share one loopback",
  disk_faults: "the local target's nodes share the machine's file system: it cannot be filled",
  resource_limits: "the local target's nodes share the machine: one alone cannot be throttled",
};

const comparisons: Record<string, (a: number, b: number) => boolean> = {
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  "=": (a, b) => a === b,
};

/**
 * Compares a server version with `>=16` or `<17.2`; undefined when it is no comparison. A major alone
 * means all of its minors: `=17` holds for 17.4, and `>17` does not.
 */
export function compareVersion(condition: string, version: number): boolean | undefined {
  const match = /^\s*(>=|<=|>|<|==?)\s*(\d+)(?:\.(\d+))?\s*$/.exec(condition);
  if (!match) return undefined;
  const compare = comparisons[match[1] === "==" ? "=" : match[1]!]!;
  const major = Number(match[2]);
  if (match[3] === undefined) return compare(Math.floor(version / 10_000), major);
  return compare(version, major * 10_000 + Number(match[3]));
}

/** Undefined when the capability is here, else why not. */
export function lacking(capability: string, binaries: Binaries): string | undefined {
  if (capability === "local" || capability === "backups") return undefined;
  if (capability === "compose") return absent.docker;
  if (capability.startsWith("postgres")) {
    const condition = capability.slice("postgres".length);
    const holds = compareVersion(condition, binaries.version.number);
    if (holds !== undefined) {
      return holds ? undefined : `PostgreSQL is ${binaries.version.text}, not ${condition.trim()}`;
    }
  }
  if (programs.includes(capability)) {
    return binaries.programs.has(capability)
      ? undefined
      : `there is no ${capability} in ${binaries.origin} (--postgres takes a bin directory that has it)`;
  }
  return absent[capability] ?? `"${capability}" is not a capability that the local target knows`;
}
