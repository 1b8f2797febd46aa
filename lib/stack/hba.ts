/**
 * One line of pg_hba.conf as a rule, by the rules of the server's own scanner.
 * Source: https://www.postgresql.org/docs/current/auth-pg-hba-conf.html
 * and `next_token`, `parse_hba_line` of src/backend/libpq/hba.c
 *
 * @module
 */
import { isIP } from "node:net";
import { optionMistake } from "./hba_option.ts";
import type { HbaRule } from "./model.ts";

/** A line whose continuations are joined. */
export interface HbaLine {
  text: string;
  /** Number of its first line, from 1. */
  line: number;
}

/** The fields of a rule. */
export type HbaFields = Omit<HbaRule, "source">;

/** A line that is no rule. */
export class HbaError extends Error {
  override name = "HbaError";
}

const types = ["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"];
/** Keywords that count only without quotes. */
const addressWords = ["all", "samehost", "samenet"];
const methods = [
  ...["trust", "reject", "md5", "password", "scram-sha-256", "gss", "sspi", "ident", "peer"],
  ...["pam", "bsd", "ldap", "radius", "cert", "oauth"],
];

/** The lines of the text; a backslash at the very end of a line joins the next one to it. */
export function hbaLines(text: string): HbaLine[] {
  const lines: HbaLine[] = [];
  let open: HbaLine | undefined;
  for (const [index, part] of text.split("\n").entries()) {
    const line = part.replace(/\r$/, "");
    open ??= { text: "", line: index + 1 };
    const goesOn = line.endsWith("\\");
    open.text += goesOn ? line.slice(0, -1) : line;
    if (goesOn) continue;
    lines.push(open);
    open = undefined;
  }
  if (open) lines.push(open);
  return lines;
}

/**
 * The fields of a line, as written; a list is one field, `a, b` is `a,b`. A comment has none.
 * @throws {HbaError} when a quote is never closed.
 */
export function hbaFields(text: string): string[] {
  const fields: string[] = [];
  let goesOn = false;
  let at = 0;
  while (at < text.length) {
    if (/[\s,]/.test(text[at]!)) {
      at++;
      continue;
    }
    if (text[at] === "#") break;
    const start = at;
    let isQuoted = false;
    while (at < text.length && (isQuoted || !/[\s,#]/.test(text[at]!))) {
      if (text[at] === '"') isQuoted = !isQuoted;
      at++;
    }
    if (isQuoted) throw new HbaError("a quote is never closed");
    const token = text.slice(start, at);
    if (goesOn) fields.push(`${fields.pop()},${token}`);
    else fields.push(token);
    goesOn = text[at] === ",";
  }
  return fields;
}

/**
 * The rule that fields make. An address with its mask in a column of its own becomes one CIDR block.
 * @throws {HbaError} saying what the server would refuse.
 */
export function hbaRule(fields: readonly string[]): HbaFields {
  const rest = [...fields];
  const next = (what: string): string => {
    const field = rest.shift();
    if (field === undefined) throw new HbaError(`the rule ends before its ${what}`);
    return field;
  };
  const type = plain(next("type"));
  if (!types.includes(type)) throw new HbaError(`"${type}" is no type of connection`);
  const database = next("database");
  const user = next("user");
  const address = type === "local" ? undefined : readAddress(next);
  const method = plain(next("method"));
  if (!methods.includes(method)) throw new HbaError(`"${method}" is no authentication method`);
  if (method === "peer" && type !== "local") throw new HbaError("peer is for local rules only");
  if (method === "cert" && type !== "hostssl") throw new HbaError("cert is for hostssl rules only");
  const options = rest.map(plain);
  for (const option of options) {
    const wrong = optionMistake(option, { type, method });
    if (wrong !== undefined) throw new HbaError(wrong);
  }
  return { type, database, user, ...(address === undefined ? {} : { address }), method, options };
}

function readAddress(next: (what: string) => string): string {
  const field = next("address");
  if (field.includes(",")) throw new HbaError(`"${field}" is several addresses`);
  const address = plain(field);
  if (addressWords.includes(field)) return field;
  const [host, length, ...more] = address.split("/");
  const version = isIP(host!);
  if (version === 0) {
    if (length !== undefined) throw new HbaError(`"${address}" is no address`);
    return address;
  }
  const bitsMax = version === 4 ? 32 : 128;
  if (length !== undefined) {
    if (more.length > 0 || !/^\d+$/.test(length) || Number(length) > bitsMax) {
      throw new HbaError(`"${address}" is no address`);
    }
    return address;
  }
  const mask = plain(next("mask"));
  if (isIP(mask) !== version) throw new HbaError(`"${mask}" is no mask for ${address}`);
  const bits = maskBits(mask, version);
  // The server takes masks with gaps; no CIDR block says the same.
  return bits === undefined ? `${address} ${mask}` : `${address}/${bits}`;
}

/** Leading ones of a mask; undefined when ones follow a zero. */
function maskBits(mask: string, version: number): number | undefined {
  const digits = version === 4
    ? mask.split(".").map((part) => Number(part).toString(2).padStart(8, "0")).join("")
    : expandIPv6(mask).map((part) => parseInt(part, 16).toString(2).padStart(16, "0")).join("");
  return /^1*0*$/.test(digits) ? digits.replaceAll("0", "").length : undefined;
}

function expandIPv6(address: string): string[] {
  const [left, right] = address.split("::");
  const head = left ? left.split(":") : [];
  const tail = right ? right.split(":") : [];
  const gap = address.includes("::") ? 8 - head.length - tail.length : 0;
  return [...head, ...Array(gap).fill("0"), ...tail];
}

/** Without quotes; two of them inside quotes stand for one. */
function plain(field: string): string {
  let text = "";
  let isQuoted = false;
  let wasQuote = false;
  for (const letter of field) {
    if (letter !== '"' || wasQuote) text += letter;
    wasQuote = letter === '"' && isQuoted && !wasQuote;
    if (letter === '"') isQuoted = !isQuoted;
  }
  return text;
}
