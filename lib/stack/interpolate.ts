/**
 * `${NAME}` in the values of a compose file.
 * Source: https://docs.docker.com/reference/compose-file/interpolation/
 *
 * @module
 */

/** How deep defaults may hold further variables. */
const depthMax = 20;

/** An expression that cannot be replaced. */
export class InterpolationError extends Error {
  override name = "InterpolationError";
  /** The expression as it was written. */
  readonly expression: string;

  constructor(message: string, expression: string) {
    super(message);
    this.expression = expression;
  }
}

/** What the names stand for, and who hears of names that stand for nothing. */
export interface InterpolationScope {
  environment: Readonly<Record<string, string>>;
  /** Called for a variable without a value and without a default; it becomes an empty text. */
  onUnset?: (name: string) => void;
}

/**
 * Replaces `$NAME`, `${NAME}` and its forms `:-` `-` `:?` `?` `:+` `+`; `$$` is a dollar.
 * @throws {InterpolationError}
 */
export function interpolate(text: string, scope: InterpolationScope, depth = 0): string {
  if (depth > depthMax) throw new InterpolationError("defaults are nested too deep", text);
  let result = "";
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0) return result + text.slice(at);
    result += text.slice(at, dollar);
    const next = text[dollar + 1];
    const name = /^[A-Za-z_]\w*/.exec(text.slice(dollar + 1))?.[0];
    if (next === "$") {
      result += "$";
      at = dollar + 2;
    } else if (next === "{") {
      const end = closingBrace(text, dollar + 1);
      if (end < 0) throw new InterpolationError("a ${ is never closed", text.slice(dollar));
      result += braced(text.slice(dollar + 2, end), scope, depth);
      at = end + 1;
    } else if (name !== undefined) {
      result += value(name, scope);
      at = dollar + 1 + name.length;
    } else {
      throw new InterpolationError("a $ begins no variable", text.slice(dollar, dollar + 2));
    }
  }
  return result;
}

function closingBrace(text: string, from: number): number {
  let open = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "{" && text[at - 1] === "$") open++;
    else if (text[at] === "}" && --open === 0) return at;
  }
  return -1;
}

function braced(inside: string, scope: InterpolationScope, depth: number): string {
  const [, name, operator, rest] = /^([A-Za-z_]\w*)(?:(:?[-?+])([^]*))?$/.exec(inside) ?? [];
  if (name === undefined) {
    throw new InterpolationError("this is no variable", "${" + inside + "}");
  }
  if (operator === undefined) return value(name, scope);
  const found = Object.hasOwn(scope.environment, name) ? scope.environment[name] : undefined;
  const isGiven = operator.startsWith(":") ? Boolean(found) : found !== undefined;
  const replacement = () => interpolate(rest ?? "", scope, depth + 1);
  if (operator.endsWith("+")) return isGiven ? replacement() : "";
  if (isGiven) return found!;
  if (operator.endsWith("-")) return replacement();
  const reason = replacement();
  throw new InterpolationError(
    `the variable ${name} must be set${reason === "" ? "" : `: ${reason}`}`,
    "${" + inside + "}",
  );
}

function value(name: string, { environment, onUnset }: InterpolationScope): string {
  if (Object.hasOwn(environment, name)) return environment[name]!;
  onUnset?.(name);
  return "";
}
