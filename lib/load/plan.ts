/**
 * A load's statements, ready to be sent many times: names bound, `:n` an int8, each statement
 * prepared once per connection. Several statements are one transaction.
 *
 * @module
 */
import type { Draw, LoadSpec } from "../scenario/model.ts";
import { bindNames, readSql } from "../sql/bind.ts";
import { parameterText, type PreparedSql } from "../sql/prepared.ts";
import type { CommitPoint } from "./fate.ts";

/** One statement of an operation. */
export interface PlannedStatement extends PreparedSql {
  /** What the statement's failure says about the whole operation. */
  at: CommitPoint;
  /** Its parameters for an operation and what it drew. */
  parameters(n: number, values: readonly unknown[]): (string | null)[];
}

/** Statements that would end or split the transaction the ledger speaks of. */
const boundaries = new Set(["begin", "start", "commit", "end", "rollback", "abort", "prepare"]);

/** Statements that can commit in their middle when no transaction is around them. */
const selfCommitting = new Set(["call", "do"]);

/**
 * What an operation of each script sends, in order.
 * @throws {RangeError} when a name has no value, or a statement cannot be part of an operation.
 */
export function planOperations(spec: LoadSpec): PlannedStatement[][] {
  return spec.scripts.map(({ statements }, index) => planOperation(spec, statements, index));
}

function planOperation(
  spec: LoadSpec,
  statements: readonly string[],
  script: number,
): PlannedStatement[] {
  if (statements.length === 0) {
    throw new RangeError(`Cannot run load "${spec.name}": it has no statements`);
  }
  const isBlock = statements.length > 1;
  const planned = statements.map((sql, index) => {
    const [verb = ""] = onlyVerb(spec, sql);
    const at = isBlock ? "before" : selfCommitting.has(verb) ? "inside" : "commit";
    const name = `pgproof_${script}_${index}`;
    return { name, at: at as CommitPoint, ...bound(spec, sql) };
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

/** Whether a drawn name is a number. */
function isNumber(draw: Draw): boolean {
  return draw.kind !== "choice";
}

/** `:n` and drawn numbers are cast, or the server would guess their type from their first use. */
function bound(spec: LoadSpec, sql: string): Pick<PlannedStatement, "text" | "parameters"> {
  const draws = spec.draws ?? {};
  let typed = "";
  let copied = 0;
  for (const { name, offset } of readSql(sql).names) {
    const draw = draws[name];
    if (name !== "n" && !(draw && isNumber(draw))) continue;
    const end = offset + 1 + name.length;
    typed += `${sql.slice(copied, end)}::int8`;
    copied = end;
  }
  const drawn = Object.keys(draws);
  const { text, parameters } = bindNames(typed + sql.slice(copied), (name) => {
    if (name === "n") return counter;
    const place = drawn.indexOf(name);
    if (place >= 0) return new DrawnPlace(place);
    const value = spec.vars?.[name];
    if (value === undefined) {
      throw new RangeError(`Cannot run load "${spec.name}": nothing is named "${name}"`);
    }
    return value;
  });
  return { text, parameters: filler(parameters) };
}

/** Puts what differs between operations among what does not. */
function filler(parameters: readonly unknown[]): PlannedStatement["parameters"] {
  const place = parameters.indexOf(counter);
  const drawn = parameters.flatMap((value, at) =>
    value instanceof DrawnPlace ? [{ at, from: value.place }] : []
  );
  const fixed = parameters.map((value) =>
    value === counter || value instanceof DrawnPlace ? "" : parameterText(value)
  );
  if (drawn.length === 0) {
    return (n) => place < 0 ? fixed : fixed.with(place, String(n));
  }
  return (n, values) => {
    const texts = [...fixed];
    if (place >= 0) texts[place] = String(n);
    for (const { at, from } of drawn) texts[at] = parameterText(values[from]);
    return texts;
  };
}

/** Stands where the operation's number goes. */
const counter = Symbol("n");

/** Stands where a drawn value goes. */
class DrawnPlace {
  constructor(readonly place: number) {}
}

function control(word: "begin" | "commit", at: CommitPoint): PlannedStatement {
  return { name: `pgproof_${word}`, text: word, at, parameters: () => [] };
}
