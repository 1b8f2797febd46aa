/**
 * Settings with which servers of two stacks run, as they say themselves: what scripts, images and
 * versions change is in no file that was read.
 *
 * @module
 */
import type { Change, InEffect, Line } from "./model.ts";
import { lineOf, type Side } from "./side.ts";
import { effectiveSetting } from "../stack/settings.ts";

/** Values by setting, by node. */
export type Running = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Settings that a target gives its own values to, different for each cluster: ports, folders, copies
 * of files, and what contains them.
 */
const placed = new Set([
  ...["config_file", "data_directory", "external_pid_file", "hba_file", "ident_file"],
  ...["listen_addresses", "port", "unix_socket_directories", "unix_socket_group"],
  ...["log_directory", "log_destination", "primary_conninfo"],
  ...["ssl_ca_file", "ssl_cert_file", "ssl_crl_file", "ssl_dh_params_file", "ssl_key_file"],
  ...["archive_command", "restore_command"],
]);

/** The settings that differ on nodes of both. */
export function inEffectChanges(before: Running, after: Running, head: Side): InEffect[] {
  const groups = new Map<string, InEffect>();
  for (const [node, now] of after) {
    const old = before.get(node);
    if (!old) continue;
    for (const name of [...new Set([...now.keys(), ...old.keys()])].sort()) {
      if (placed.has(name) || now.get(name) === old.get(name)) continue;
      const change = changeOf(name, { old, now, place: placeOf(head, node, name) });
      const key = JSON.stringify(change);
      const known = groups.get(key);
      if (known) known.nodes.push(node);
      else groups.set(key, { ...change, nodes: [node] });
    }
  }
  return [...groups.values()];
}

function changeOf(
  name: string,
  on: {
    old: ReadonlyMap<string, string>;
    now: ReadonlyMap<string, string>;
    place: Line | undefined;
  },
): InEffect {
  const [before, after] = [on.old.get(name), on.now.get(name)];
  return {
    name,
    nodes: [],
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(on.place ? { place: on.place } : {}),
  };
}

function placeOf(head: Side, node: string, name: string): Line | undefined {
  const settings = head.stack.nodes.find((each) => each.name === node)?.settings ?? [];
  const setting = effectiveSetting(settings, name);
  return setting && lineOf(head, node, setting.source, name);
}

/** The changes, those of settings marked with which the servers of both sides run alike. */
export function markInert(
  changes: readonly Change[],
  inEffect: readonly InEffect[],
): Change[] {
  const differ = new Set(inEffect.map(({ name }) => name));
  return changes.map((change) => {
    const { kind, what } = change;
    const isInert = kind === "setting" && !placed.has(what) && !differ.has(what);
    return isInert ? { ...change, isInert } : change;
  });
}
