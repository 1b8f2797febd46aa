/**
 * pg_hba.conf on loopback. In the stack the nodes, and the harness through the published ports, reach
 * a server over the stack's network; here they all come from 127.0.0.1. So that address stands for the
 * network, and rules for a container's own loopback, which nobody outside could use, are left out.
 * Source: https://www.postgresql.org/docs/current/auth-pg-hba-conf.html
 *
 * @module
 */
import type { HbaRule, Stack, StackNode } from "../../stack/model.ts";

/** The rules as a file, and how they differ from the stack's, in sentences. */
export interface LocalHba {
  text: string;
  translations: string[];
}

const loopback = "127.0.0.1/32";

interface Block {
  /** IPv4 address as a number. */
  address: number;
  /** Length of the prefix, in bits. */
  bits: number;
}

/** Reads `172.18.0.0/16`, or an address with its mask after a space. */
function parseBlock(text: string): Block | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+)|\s+([\d.]+))?$/.exec(text);
  if (!match) return undefined;
  const number = (parts: string[]) => parts.reduce((sum, part) => sum * 256 + Number(part), 0);
  const mask = match[6]?.split(".").map((part) => Number(part).toString(2).padStart(8, "0"));
  const bits = mask ? mask.join("").replace(/0+$/, "").length : Number(match[5] ?? 32);
  return { address: number(match.slice(1, 5)), bits };
}

function contains(outer: Block, inner: Block): boolean {
  const size = 2 ** (32 - outer.bits);
  return outer.bits <= inner.bits &&
    Math.floor(outer.address / size) === Math.floor(inner.address / size);
}

/** Where an engine puts networks that declare no subnet. */
const enginePools = ["172.16.0.0/12", "192.168.0.0/16"];

/**
 * What the official image writes when no file is mounted, less its rules for the container's loopback:
 * `host all all all` with the password method, no rule for replication.
 * Source: docker-library/postgres, docker-entrypoint.sh, pg_setup_hba_conf
 */
function imageRules(node: StackNode): HbaRule[] {
  const source = { file: "the image's default" };
  const method = node.environment.POSTGRES_HOST_AUTH_METHOD || "scram-sha-256";
  const any = { database: "all", user: "all", options: [], source };
  return [
    { ...any, type: "local", method: "trust" },
    { ...any, type: "local", database: "replication", method: "trust" },
    { ...any, type: "host", address: "all", method },
  ];
}

type Address = { address: string; why?: string } | { leftOut: string };

function translate(address: string, stack: Stack): Address {
  if (address === "all" || address === "0.0.0.0/0") return { address };
  if (address === "samehost") return { leftOut: "it means the container itself" };
  if (address === "samenet") return { address: loopback, why: "the stack's network" };
  if (stack.nodes.some(({ name }) => name === address)) {
    return { address: loopback, why: "a node; every node has that address here" };
  }
  if (/^(127\.|::1|localhost$)/.test(address)) return { leftOut: "it means the container itself" };
  const block = parseBlock(address);
  if (!block) return { address };
  const declared = stack.networks.flatMap(({ subnets }) => subnets);
  const subnets = stack.networks.every(({ subnets }) => subnets.length > 0)
    ? declared
    : [...declared, ...enginePools];
  const networks = subnets.map(parseBlock).filter((found) => found !== undefined);
  if (networks.some((network) => contains(block, network))) {
    return { address: loopback, why: "the stack's network" };
  }
  if (networks.some((network) => contains(network, block))) {
    return { address: loopback, why: "a part of the stack's network; here it means all of it" };
  }
  return { address };
}

function format(rule: HbaRule, address: string | undefined): string {
  const { type, database, user, method, options } = rule;
  return [type, database, user, ...(address ? [address] : []), method, ...options].join("  ");
}

/** The rules of a node, as they are to be here. */
export function localHba(stack: Stack, node: StackNode): LocalHba {
  const rules = node.hba.length > 0 ? node.hba : imageRules(node);
  const lines: string[] = [];
  const translations = new Set<string>();
  for (const rule of rules) {
    if (rule.address === undefined) {
      lines.push(format(rule, undefined));
      continue;
    }
    const found = translate(rule.address, stack);
    if ("leftOut" in found) {
      translations.add(`pg_hba.conf: rules for ${rule.address} are left out: ${found.leftOut}`);
      lines.push(`# left out: ${format(rule, rule.address)}`);
      continue;
    }
    if (found.address !== rule.address) {
      translations.add(`pg_hba.conf: ${rule.address} (${found.why}) is ${loopback} here`);
    }
    lines.push(format(rule, found.address));
  }
  return { text: lines.join("\n") + "\n", translations: [...translations] };
}
