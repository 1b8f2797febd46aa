/**
 * A fact over several nodes: each node gives a finding, the look says what all of them come to.
 * A node that does not answer is a finding too, so a look always says which one it was.
 *
 * @module
 */
import type { Node } from "../cluster/model.ts";
import type { Evidence } from "../result/event.ts";
import { describeCode } from "../sql/condition.ts";
import { SqlError } from "../sql/session.ts";
import { all } from "./compare.ts";
import type { Look } from "./kind.ts";

/** What a look found on one node; the words are those of {@link Look}. */
export interface Finding {
  node: Node;
  holds: boolean | undefined;
  final?: boolean;
  /** Says what is wrong when it does not hold. */
  code: string;
  /** One line, without the node's name. */
  seen: string;
  /** `lsn`, `setting`, ...: the kind of its evidence. */
  kind: string;
  /** For programs. */
  data?: unknown;
  /** Further lines: log lines, rows. */
  lines?: string[];
  measured?: Look["measured"];
}

/**
 * How long one node may take to answer before it counts as not answering, in milliseconds; what a
 * frozen server is known by. Asking for roles first and for this next fits into one look of an
 * invariant.
 */
export const answerMs = 2500;

/** The code of a node that did not answer; `observe` knows it. */
export const unreachable = "Unreachable";

/**
 * Looks at every node at once. Absence becomes a finding; every other error is thrown.
 * @throws {SqlError} naming the node, when the look's own time is over.
 */
export function findEach(
  nodes: readonly Node[],
  signal: AbortSignal,
  look: (node: Node, signal: AbortSignal) => Promise<Omit<Finding, "node">>,
): Promise<Finding[]> {
  return Promise.all(nodes.map(async (node) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
    try {
      return { node, ...await look(node, limit) };
    } catch (error) {
      const isLate = error === limit.reason && !signal.aborted;
      return absent(node, isLate ? new SqlError("no answer in time", "timeout") : error, signal);
    }
  }));
}

/**
 * The finding of a node that did not answer.
 * @throws what it is given, when that is no absence or the look's own time is over.
 */
export function absent(node: Node, error: unknown, signal: AbortSignal): Finding {
  if (!(error instanceof SqlError)) throw error;
  const seen = `does not answer: ${describeCode(error.code)}`;
  if (!error.isAbsence || signal.aborted) {
    const { detail } = error;
    throw new SqlError(`${node.name}: ${error.message}`, error.code, {
      ...(detail === undefined ? {} : { detail }),
      cause: error,
    });
  }
  return { node, holds: undefined, code: unreachable, seen, kind: "error", data: error.message };
}

/** What the findings come to. Without any there is nothing that could hold. */
export function lookOf(
  findings: readonly Finding[],
  expected: string,
  evidence: Evidence[] = [],
): Look {
  const holds = findings.length === 0 ? undefined : all(findings.map((each) => each.holds));
  const wrong = findings.filter((each) => each.holds === holds);
  const [first] = wrong;
  const final = holds !== true && wrong.some((each) => each.final);
  const measured = findings.flatMap((each) => each.measured ?? []);
  return {
    holds,
    ...(final ? { final } : {}),
    code: first?.code ?? "NoNode",
    expected,
    seen: together(wrong) || "no node to look at",
    evidence: [...evidence, ...findings.flatMap(evidenceOf)],
    ...(measured.length > 0 ? { measured } : {}),
  };
}

/** What several nodes have in common is told once. */
function together(findings: readonly Finding[]): string {
  return [...Map.groupBy(findings, ({ seen }) => seen)].map(([seen, [first, ...others]]) => {
    const same = others.map(({ node }) => node.name).join(", ");
    return `${first!.node.name} ${seen}${same === "" ? "" : `; the same on ${same}`}`;
  }).join("; ");
}

function evidenceOf({ node, kind, seen, data, lines = [] }: Finding): Evidence[] {
  return [
    { kind, node: node.name, text: seen, ...(data === undefined ? {} : { data }) },
    ...lines.map((text) => ({ kind, node: node.name, text })),
  ];
}

/** A look that could not see, with the reason. */
export function unseen(code: string, expected: string, seen: string): Look {
  return { holds: undefined, code, expected, seen, evidence: [] };
}

/** A look that never will see: the step ends at once, as an error. */
export function undecidable(code: string, expected: string, seen: string): Look {
  return { ...unseen(code, expected, seen), final: true };
}

/** `3 rows`, `1 row`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
