/**
 * What scenarios may require of this target.
 *
 * @module
 */
import { lacksPooler } from "../../pooler/program.ts";
import { programNames } from "../program_names.ts";
import { lackingVersion } from "../version.ts";
import type { Binaries } from "./binaries.ts";
import { lacksMount } from "./disk.ts";

/** What a target could offer, and why this one does not. */
const absent: Record<string, string> = {
  docker: "the local target runs processes, no containers",
  power_cut: "what the server wrote and never fsynced stays in the machine's memory when it is " +
    "killed: its files cannot be taken back to their last fsync",
  resource_limits: "the local target's nodes share the machine: one alone cannot be throttled",
};

/** Undefined when the capability is here, else why not. */
export function lacking(capability: string, binaries: Binaries): string | undefined {
  if (["local", "backups", "links", "network_faults"].includes(capability)) return undefined;
  if (capability === "compose") return absent.docker;
  if (capability === "pooler") return lacksPooler();
  if (capability === "disk_faults") return lacksMount();
  const version = lackingVersion(capability, binaries.version);
  if (version !== undefined) return version.reason;
  if (programNames.includes(capability)) {
    return binaries.programs.has(capability)
      ? undefined
      : `there is no ${capability} in ${binaries.origin} (--postgres takes a bin directory that has it)`;
  }
  return absent[capability] ?? `"${capability}" is not a capability that the local target knows`;
}
