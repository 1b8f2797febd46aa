/**
 * `hba`: who may connect. Alone: every line of pg_hba.conf, as it is in the file now, can be
 * understood. With `as`: a new connection of that role from where the harness runs is `accepted`
 * (the default) or `refused` by authentication, and by nothing else.
 * Source: https://www.postgresql.org/docs/current/auth-pg-hba-conf.html
 *
 * @module
 */
import { z } from "zod";
import type { Node } from "../cluster/model.ts";
import { loginOf } from "../cluster/observer.ts";
import type { Scene } from "../run/scene.ts";
import { ref } from "../scenario/words.ts";
import { type Login, Session, SqlError } from "../sql/session.ts";
import { count, findEach, type Finding, lookOf, undecidable } from "./finding.ts";
import { defineFact, type Look } from "./kind.ts";

const rulesSql = `select count(*)::int,
    string_agg('line ' || line_number || ': ' || error, '; ' order by line_number)
  from pg_hba_file_rules`;

const roleSql = "select rolcanlogin from pg_roles where rolname = $1";

const text = z.union([ref, z.string()]).optional();

/** The fact. */
export const hba = defineFact({
  name: "hba",
  summary:
    "pg_hba.conf has no mistake; with `as`: a connection of that role is accepted or refused",
  words: {
    as: text.describe("the role that connects, from where the harness runs"),
    password: text.describe("default: the stack's for its own user, none for others"),
    database: text.describe("default: the stack's"),
    replication: z.boolean().optional().describe("connect for physical replication"),
    narrow: z.int().min(1).max(32).optional()
      .describe("how many bits of an address each rule of the stack's file must fix at least"),
  },
  comparisons: ["is"],
  needsComparison: false,
  operand: "value",
  states: ["accepted", "refused"],
  defaultNode: "all",
  async look(scene, { nodes, compare, words, signal }) {
    const { as, is = "accepted" } = { ...words, is: compare.is };
    if (words.narrow !== undefined) return narrowness(nodes, words.narrow);
    if (as === undefined) {
      const findings = await findEach(nodes, signal, (node, limit) => rules(scene, node, limit));
      return lookOf(findings, "no mistake in pg_hba.conf");
    }
    const expected = `a ${words.replication ? "replication " : ""}connection as ${as} ${is}`;
    if (is !== "accepted" && is !== "refused") {
      // Only a value that a step saved comes so far.
      const seen = `${JSON.stringify(is)}: a connection is "accepted" or "refused"`;
      return undecidable("NotComparable", expected, seen);
    }
    let problem: string | undefined;
    const findings = await findEach(nodes, signal, async (node, limit) => {
      const canLogin = (await scene.observer.ask(node, roleSql, [as], limit)).rows[0]?.[0];
      if (canLogin !== true) {
        // The server says the same of these as of a role that pg_hba.conf turns away.
        problem = `${node.name}: role ${as} ${canLogin === false ? "may not log in" : "is absent"}`;
        return { holds: undefined, code: "NoRole", seen: problem, kind: "hba" };
      }
      const why = await refusal(loginAs(node, words), limit);
      return {
        holds: (why === undefined) === (is === "accepted"),
        code: why === undefined ? "Accepted" : "Refused",
        seen: why === undefined ? `accepts ${as}` : `refuses ${as}: ${why}`,
        kind: "hba",
        data: { as, accepted: why === undefined, ...(why === undefined ? {} : { why }) },
      };
    });
    return problem ? undecidable("NoRole", expected, problem) : lookOf(findings, expected);
  },
});

async function rules(
  scene: Scene,
  node: Node,
  signal: AbortSignal,
): Promise<Omit<Finding, "node">> {
  const [row] = (await scene.observer.ask(node, rulesSql, [], signal)).rows;
  const [lines, mistakes] = row as [number, string | null];
  const found = { kind: "hba", data: { lines, mistakes } };
  if (mistakes) {
    return { ...found, holds: false, code: "HbaMistake", seen: `has a mistake: ${mistakes}` };
  }
  const seen = `has ${count(lines, "rule")} without a mistake`;
  return { ...found, holds: lines > 0, code: "NoRules", seen };
}

/**
 * By the stack's file: a run has networks of its own, and its rules speak of those. That it is
 * judged without a server makes it final.
 */
function narrowness(nodes: readonly Node[], bits: number): Look {
  const findings = nodes.map((node): Finding => {
    const { hba } = node.declared;
    const wide = hba.filter(({ address }) => address !== undefined && fixedBits(address) < bits);
    const told = wide.map(({ address, source }) => `${address} (${source.file}:${source.line})`);
    return {
      node,
      holds: hba.length === 0 ? undefined : wide.length === 0,
      code: hba.length === 0 ? "NoRules" : "TooWide",
      seen: hba.length === 0
        ? "has no rules in the stack's file"
        : wide.length === 0
        ? `has ${count(hba.length, "rule")}, none of them wider`
        : `lets in ${told.join(", ")}`,
      kind: "hba",
      final: true,
    };
  });
  return lookOf(findings, `no rule for more addresses than /${bits} has`);
}

/** How many bits of an address a rule fixes; a name like all, samenet or a host's fixes none. */
function fixedBits(address: string): number {
  const [, bits, mask] = /^[\d.]+(?:\/(\d+)|\s+([\d.]+))$/.exec(address) ?? [];
  if (bits !== undefined) return Number(bits);
  const parts = mask?.split(".").map((part) => Number(part).toString(2).padStart(8, "0")) ?? [];
  return parts.join("").replace(/0+$/, "").length;
}

function loginAs(node: Node, words: Record<string, unknown>): Login {
  const login = loginOf(node);
  const isOwn = words.as === login.user;
  return {
    ...login,
    user: String(words.as),
    password: String(words.password ?? (isOwn ? login.password : "")),
    database: String(words.database ?? login.database),
    replication: words.replication === true,
  };
}

/** Undefined when it was accepted, else the server's words: authentication refused it. */
async function refusal(login: Login, signal: AbortSignal): Promise<string | undefined> {
  try {
    await using _session = await Session.open(login, signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    // 28000 invalid_authorization_specification, 28P01 invalid_password; the driver itself gives up
    // when it is asked for a password and has none.
    const isRefused = /^28(000|P01)$/.test(error.code) ||
      /client password must be/.test(error.message);
    if (!isRefused) throw error;
    return error.message;
  }
}
