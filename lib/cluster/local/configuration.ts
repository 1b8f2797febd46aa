/**
 * Everything a node is started with, as text: postgresql.conf, pg_hba.conf, arguments.
 *
 * @module
 */
import type { ClusterChange } from "../../scenario/model.ts";
import type { Stack, StackNode } from "../../stack/model.ts";
import type { Address } from "../model.ts";
import { type Conninfo, formatConninfo } from "../conninfo.ts";
import { connectionTo, localConnection } from "./connection.ts";
import { localHba } from "./hba.ts";
import { effective, isOn, localise, type Place, settingsOf } from "./settings.ts";
import { formatArguments, formatSettings } from "../setting_text.ts";

/** A node's configuration on this machine. */
export interface Configuration {
  /** The node's own postgresql.conf; in addition to initdb's where `onInitdb`. */
  file: string;
  /** True when the stack mounts no configuration file, so that initdb's is in force. */
  onInitdb: boolean;
  hba: string;
  /** Arguments after the data directory. */
  args: string[];
  /** How it connects to an upstream, as the stack declares it. */
  connection: Conninfo;
  /** How it connects to its upstream, when that is not in `file` or `args`. */
  conninfo: Conninfo | undefined;
  /** Log directory of the logging collector; undefined when that is off. */
  collector: string | undefined;
  copies: { from: string; to: string }[];
  translations: string[];
}

const primaryConninfo = "primary_conninfo";

/** Works out a node's configuration; `addresses` are those of all nodes, by name. */
export function configurationOf(
  stack: Stack,
  node: StackNode,
  change: ClusterChange,
  where: { place: Place; configFile: string; addresses: Map<string, Address> },
): Configuration {
  const { place, configFile, addresses } = where;
  const settings = settingsOf(node, change);
  const local = localise(settings, node, place);
  const hba = localHba(stack, node);
  const translations = [
    "listen_addresses is 127.0.0.1, and each node has a port of its own",
    "unix_socket_directories is a folder of the run",
    ...local.translations,
    ...hba.translations,
  ];
  const connection = localConnection(node, place);
  const name = [connection.conninfo.get("host"), node.upstream]
    .find((each) => each !== undefined && addresses.has(each));
  const conninfo = name === undefined
    ? undefined
    : connectionTo(connection.conninfo, { name, address: addresses.get(name)! });
  const isSet = effective(settings, primaryConninfo) !== undefined;
  if (conninfo) {
    for (const setting of [...local.file, ...local.commandLine]) {
      if (setting.name === primaryConninfo) setting.value = formatConninfo(conninfo);
    }
    translations.push(
      "primary_conninfo has the host and port that the upstream has here",
      ...connection.translations,
    );
  }
  return {
    file: formatSettings(local.file),
    onInitdb: effective(settings, "config_file") === undefined && settings.file.length === 0,
    hba: hba.text,
    args: ["-c", `config_file=${configFile}`, ...formatArguments(local.commandLine)],
    connection: connection.conninfo,
    conninfo: isSet ? undefined : conninfo,
    collector: isOn(effective(settings, "logging_collector") ?? "off")
      ? effective(local, "log_directory") ?? "log"
      : undefined,
    copies: [...local.copies, ...connection.copies],
    translations,
  };
}
