/**
 * A load's statements, ready to be sent many times: names bound, `:n` an int8, each statement
 * prepared once per connection. Several statements are one transaction.
 *
 * @module
 */
import type { LoadSpec } from "../scenario/model.ts";
import { bindNames, readSql } from "../sql/bind.ts";
import { parameterText, type PreparedSql } from "../sql/prepared.ts";
import type { CommitPoint } from "./fate.ts";

/** One statement of an operation. */
export interface PlannedStatement extends PreparedSql {
  /** What the statement's failure says about the whole operation. */
  at: CommitPoint;
  /** Its parameters for an operation. */
  parameters(n: number): (string | null)[];
}

/** Statements that would end or split the transaction the ledger speaks of. */
const boundaries = new Set(["begin", "start", "commit", "end", "rollback", "abort", "prepare"]);

/** Statements that can commit in their middle when no transaction is around them. */
const selfCommitting = new Set(["call", "do"]);

/**
 * What one operation sends, in order.
 * @throws {RangeError} when a name has no value, or a statement cannot be part of an operation.
 */
export function planOperation(spec: LoadSpec): PlannedStatement[] {
  if (spec.statements.length === 0) {
    throw new RangeError(`Cannot run load "${spec.name}": it has no statements`);
  }
  const isBlock = spec.statements.length > 1;
  const planned = spec.statements.map((sql, index) => {
    const [verb = ""] = onlyVerb(spec, sql);
    const at = isBlock ? "before" : selfCommitting.has(verb) ? "inside" : "commit";
    return { name: `pgproof_${index}`, at: at as CommitPoint, ...bound(spec, sql) };
  });
  return isBlock ? [control("begin", "before"), ...planned, control("commit", "commit")] : planned;
}

function onlyVerb(spec: LoadSpec, sql: string): string[] {
  const { statements } = readSql(sql);
  const [verb = ""] = statements;
  if (statements.length !== 1 || boundaries.has(verb)) {
    const why = statements.length === 1
      ? `${verb} changes what one operation is`
      : `expected one statement, found ${statements.length}`;
    throw new RangeError(`Cannot run load "${spec.name}": ${why}: ${sql}`);
  }
  return statements;
}

/** `:n` is cast, or the server would guess its type from its first use in the statement. */
function bound(spec: LoadSpec, sql: string): Pick<PlannedStatement, "text" | "parameters"> {
  let typed = "";
  let copied = 0;
  for (const { name, offset } of readSql(sql).names) {
    if (name !== "n") continue;
    typed += sql.slice(copied, offset) + ":n::int8";
    copied = offset + 2;
  }
  const { text, parameters } = bindNames(typed + sql.slice(copied), (name) => {
    if (name === "n") return counter;
    const value = spec.vars?.[name];
    if (value === undefined) {
      throw new RangeError(`Cannot run load "${spec.name}": nothing is named "${name}"`);
    }
    return value;
  });
  const place = parameters.indexOf(counter);
  const texts = parameters.map((value) => value === counter ? "" : parameterText(value));
  return { text, parameters: (n) => place < 0 ? texts : texts.with(place, String(n)) };
}

/** Stands where the operation's number goes. */
const counter = Symbol("n");

function control(word: "begin" | "commit", at: CommitPoint): PlannedStatement {
  return { name: `pgproof_${word}`, text: word, at, parameters: () => [] };
}
