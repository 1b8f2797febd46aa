/**
 * `--tag EXPR`: which tags a scenario must have.
 *
 *     either = both { ("or" | ",") both }     the comma is a short "or": smoke,lag
 *     both   = single { "and" single }
 *     single = "not" single | "(" either ")" | TAG
 *
 * @module
 */
import { OptionError } from "./option_error.ts";

/** Whether a scenario with these tags is meant. */
export type TagFilter = (tags: readonly string[]) => boolean;

/** Letters of an expression; a longer one is a mistake, and would nest too deep. */
const lettersMax = 500;

interface Token {
  text: string;
  offset: number;
}

/**
 * Reads a tag expression.
 * @throws {OptionError} with the expression and a caret under what is wrong.
 */
export function parseTagExpression(text: string): TagFilter {
  if (text.length > lettersMax) {
    throw new OptionError(`Cannot read the tag expression: longer than ${lettersMax} letters`);
  }
  const tokens = [...text.matchAll(/[(),]|[^\s(),]+/g)]
    .map((match) => ({ text: match[0], offset: match.index }));
  return new Reader(text, tokens).read();
}

class Reader {
  #next = 0;

  constructor(readonly text: string, readonly tokens: readonly Token[]) {}

  read(): TagFilter {
    const filter = this.#either();
    const rest = this.tokens[this.#next];
    if (rest) {
      this.#fail(rest.text === ")" ? `")" closes nothing` : `expected "and" or "or" before it`);
    }
    return filter;
  }

  #either(): TagFilter {
    const filters = [this.#both()];
    while (this.#take("or") || this.#take(",")) filters.push(this.#both());
    return (tags) => filters.some((filter) => filter(tags));
  }

  #both(): TagFilter {
    const filters = [this.#single()];
    while (this.#take("and")) filters.push(this.#single());
    return (tags) => filters.every((filter) => filter(tags));
  }

  #single(): TagFilter {
    if (this.#take("not")) {
      const filter = this.#single();
      return (tags) => !filter(tags);
    }
    if (this.#take("(")) {
      const filter = this.#either();
      if (!this.#take(")")) this.#fail(`expected ")"`);
      return filter;
    }
    const token = this.tokens[this.#next];
    if (!token || ["and", "or", ",", ")"].includes(token.text)) this.#fail("expected a tag");
    this.#next++;
    return (tags) => tags.includes(token.text);
  }

  #take(text: string): boolean {
    if (this.tokens[this.#next]?.text !== text) return false;
    this.#next++;
    return true;
  }

  #fail(message: string): never {
    const offset = this.tokens[this.#next]?.offset ?? this.text.length;
    throw new OptionError(
      `Cannot read the tag expression: ${message}\n  ${this.text}\n  ${" ".repeat(offset)}^`,
    );
  }
}
