/**
 * The keys of a compose file that are not read: which of them cannot matter here, and what is said
 * about those that can.
 * Source: https://docs.docker.com/reference/compose-file/services/
 *
 * @module
 */
import { nearest } from "../scenario/nearest.ts";
import type { Reading } from "./reading.ts";
import { mistake } from "./source_file.ts";
import type { ComposeSource } from "./services.ts";
import { child, entriesOf, type Mapping } from "./tree.ts";

const topKeys = words(
  "services networks volumes configs secrets name version",
);

const topNotes: Record<string, string> = {
  include: "include: the files it names are not read",
  models: "models: not read",
};

const readKeys = words(
  "image environment env_file command entrypoint ports volumes tmpfs configs secrets networks " +
    "container_name hostname",
);

/** They change how a container is run and watched, not what the server in it is told. */
const harmlessKeys = words(
  "annotations attach blkio_config cap_add cap_drop cgroup cgroup_parent cpu_count cpu_percent " +
    "cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset depends_on develop " +
    "device_cgroup_rules devices dns dns_opt dns_search domainname expose gpus group_add " +
    "healthcheck init ipc isolation label_file labels logging mac_address mem_limit " +
    "mem_reservation mem_swappiness memswap_limit oom_kill_disable oom_score_adj pid pids_limit " +
    "platform privileged pull_policy pull_refresh_after read_only restart runtime security_opt " +
    "shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tty ulimits " +
    "use_api_socket user userns_mode uts working_dir credential_spec",
);

/** What a node says with them is not followed. */
const serviceNotes: Record<string, string> = {
  build: "build: what building the image puts into it is not read",
  external_links: "external_links: the names it adds are not followed",
  extra_hosts: "extra_hosts: the names it adds are not followed",
  links: "links: the names it adds are not followed",
  network_mode: "network_mode: the node is on none of the stack's networks",
  post_start: "post_start: what runs after the start is not read",
  pre_stop: "pre_stop: what runs before the stop is not read",
  profiles: "profiles: the node is taken to be active",
  provider: "provider: not read",
  scale: "scale: one container is assumed",
  volumes_from: "volumes_from: the mounts it brings are not read",
};

function words(text: string): string[] {
  return text.split(" ");
}

/**
 * Refuses misspelt keys of the file, as Compose does, and notes what is not read.
 * @throws {StackError} at a key that looks like a known one.
 */
export function checkTopKeys(reading: Reading, tree: Mapping): void {
  checkKeys(reading, tree, [...topKeys, "x-pgproof"], topNotes);
  for (const [key] of tree.entries) {
    const near = key.startsWith("x-pgpr") && key !== "x-pgproof" && nearest(key, ["x-pgproof"]);
    if (near) refuse(tree, key, near);
  }
}

/**
 * The same for a service. What a service that is no node does not say clearly matters to nobody.
 * @throws {StackError} at a key that looks like a known one.
 */
export function checkServiceKeys(
  { reading, tree }: ComposeSource,
  name: string,
  { isNode = false } = {},
): void {
  const service = child(child(tree, "services"), name);
  if (service?.kind !== "map") return;
  const known = [...readKeys, ...harmlessKeys, "deploy"];
  if (!isNode) known.push(...Object.keys(serviceNotes));
  checkKeys(reading, service, known, serviceNotes);
  if (!isNode) return;
  for (const [key, { place }] of entriesOf(child(service, "deploy"))) {
    if (["replicas", "mode", "placement"].includes(key)) {
      reading.note(place, `deploy.${key}: one container, always running, is assumed`);
    }
  }
}

function checkKeys(
  reading: Reading,
  map: Mapping,
  known: readonly string[],
  notes: Record<string, string>,
): void {
  for (const [key, { place }] of map.entries) {
    if (known.includes(key)) continue;
    const note = Object.hasOwn(notes, key) ? notes[key] : undefined;
    if (note !== undefined) reading.note(place, note);
    else if (!key.startsWith("x-")) {
      const near = nearest(key, [...known, ...Object.keys(notes)]);
      if (near !== undefined) refuse(map, key, near);
      reading.note(place, `${key}: not known here`);
    }
  }
}

function refuse(map: Mapping, key: string, near: string): never {
  throw mistake(map.entries.get(key)!.place, {
    message: `unknown key "${key}"`,
    hint: `did you mean "${near}"?`,
    code: "unknown-word",
  });
}
