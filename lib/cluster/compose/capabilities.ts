/**
 * What scenarios may require of this target.
 *
 * @module
 */
import { lackingVersion } from "../version.ts";
import { programNames } from "../program_names.ts";
import type { Programs } from "./programs.ts";

/** What the verbs of a node do not offer yet. */
const absent: Record<string, string> = {
  local: "the compose target runs containers, no processes of its own",
  links: "containers of this engine cannot reach a relay of the harness: it runs elsewhere",
  power_cut: "what the server wrote and never fsynced stays in the machine's memory when it is " +
    "killed: its files cannot be taken back to their last fsync",
};

/** Undefined when the capability is here, else why not. */
export function lacking(
  capability: string,
  programs: Programs,
  hasLinks: boolean,
): string | undefined {
  if (["docker", "compose", "disk_faults", "resource_limits"].includes(capability)) {
    return undefined;
  }
  if (capability === "network_faults") return lacking("links", programs, hasLinks);
  if (capability === "links" && hasLinks) return undefined;
  const version = lackingVersion(capability, programs.version);
  if (version !== undefined) return version.reason;
  // Backups are taken with it.
  const program = capability === "backups" ? "pg_basebackup" : capability;
  if (programNames.includes(program)) {
    return programs.names.has(program)
      ? undefined
      : `there is no ${program} in the image ${programs.image}`;
  }
  return absent[capability] ?? `"${capability}" is not a capability that the compose target knows`;
}
