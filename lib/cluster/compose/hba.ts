/**
 * pg_hba.conf for a cluster's own network: rules that speak of the stack's network speak of that one,
 * all else stays as it is, comments and all.
 * Source: https://www.postgresql.org/docs/current/auth-pg-hba-conf.html
 *
 * @module
 */
import { contains, formatSubnet, parseSubnet, type Subnet } from "./subnet.ts";

/** A network of the stack and the one that stands for it. */
export interface Replacement {
  from: Subnet;
  to: Subnet;
}

/** The new text, and what was changed in it, in sentences. */
export interface TranslatedHba {
  text: string;
  translations: string[];
}

/** `host`, database, user, address, an optional mask, and the rest. Quoted fields may hold spaces. */
const rule =
  /^(\s*host\w*\s+(?:"[^"]*"|[^\s"])+\s+(?:"[^"]*"|[^\s"])+\s+)(\d[\d.]*(?:\/\d+)?)(\s+\d[\d.]*)?(\s+\D.*)$/;

function withMask(address: string, mask: string | undefined): Subnet | undefined {
  if (!mask) return parseSubnet(address);
  const parts = mask.trim().split(".").map((part) => Number(part).toString(2).padStart(8, "0"));
  return parseSubnet(`${address}/${parts.join("").replace(/0+$/, "").length}`);
}

function replace(line: string, networks: readonly Replacement[]) {
  const match = rule.exec(line);
  const block = match && withMask(match[2]!, match[3]);
  // 0.0.0.0/0 means everybody here as well.
  if (!match || !block || block.size === 2 ** 32) return undefined;
  const network = networks.find(({ from }) => contains(from, block) || contains(block, from));
  if (!network) return undefined;
  const to = formatSubnet(network.to);
  const was = match[2]! + (match[3] ?? "");
  const part = contains(network.from, block) && block.size < network.from.size;
  return {
    line: match[1]! + to + match[4]!,
    start: match[1]!,
    end: match[4]!,
    translation: `pg_hba.conf: ${was} (${part ? "part of " : ""}the stack's network) is ${to} here`,
  };
}

/**
 * Translates the text of a pg_hba.conf. To an engine elsewhere the harness comes from `outside`: a rule
 * for the stack's network then holds for that block, too.
 */
export function translateHba(
  text: string,
  networks: readonly Replacement[],
  outside?: string,
): TranslatedHba {
  const translations = new Set<string>();
  const lines = text.split("\n").flatMap((line) => {
    const replaced = replace(line, networks);
    if (!replaced) return line;
    translations.add(replaced.translation);
    if (outside === undefined) return replaced.line;
    translations.add(`pg_hba.conf: its rules for the stack's network are also for ${outside}`);
    return [replaced.line, replaced.start + outside + replaced.end];
  });
  return { text: lines.join("\n"), translations: [...translations] };
}
