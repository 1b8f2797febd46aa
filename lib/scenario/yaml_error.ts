/**
 * What the YAML parser complains about, in words for someone who writes scenarios, not parsers: what
 * the line looks like to YAML, and how to write what was meant.
 *
 * @module
 */
import { type Document, type ErrorCode, isScalar, visit, type YAMLError } from "yaml";

/** A mistake in the form of the text. */
export interface YamlMistake {
  /** Where, in UTF-16 units from the start of the text. */
  offset: number;
  message: string;
  hint: string | undefined;
}

type Explain = (text: string, offset: number, document: Document) => YamlMistake | undefined;

/** What to say by the parser's code; the parser's own words stand for everything else. */
const explanations: Partial<Record<ErrorCode, Explain>> = {
  DUPLICATE_KEY: (text, offset) => ({
    offset,
    message: `"${wordAt(text, offset)}" is given twice in the same map`,
    hint: "keep one of them",
  }),
  TAB_AS_INDENT: (_text, offset) => ({
    offset,
    message: "YAML is indented by spaces, not by tabs",
    hint: "write spaces in place of the tab",
  }),
  // "Nested mappings are not allowed in compact mappings"
  BLOCK_AS_IMPLICIT_KEY: (text, offset) => {
    const isOneLine = /:(?:\s|$)/.test(lineFrom(text, offset));
    return isOneLine
      ? {
        offset,
        message: `": " begins a value, so this text needs quotes`,
        hint: "put the whole value in double quotes",
      }
      : undefined;
  },
  BAD_INDENT: (text, offset) => ({
    offset: offset + (/^\s*/.exec(lineFrom(text, offset))?.[0].length ?? 0),
    message: "this line begins in another column than the words it stands among",
    hint: "begin all words of one step in the same column",
  }),
  // "Missing closing 'quote", told at the end of the file; "Implicit map keys need ... map values".
  MISSING_CHAR: (text, offset, document) => openQuote(text, document) ?? noValue(text, offset),
  UNEXPECTED_TOKEN: (text, offset) => {
    const name = /^\$\{[^}\s]*\}?/.exec(text.slice(offset - 1))?.[0];
    if (name === undefined) return undefined;
    const message = `${name} needs quotes between { and }`;
    return { offset: offset - 1, message, hint: `write "${name}"` };
  },
};

/**
 * The mistakes of a document. After the first that is one of form the parser has lost its way: what
 * else it says is about its confusion.
 */
export function explainYaml(document: Document, text: string): YamlMistake[] {
  const all = [...document.errors, ...document.warnings];
  const isOfForm = ({ code }: YAMLError) => code !== "DUPLICATE_KEY";
  const [first] = all.filter(isOfForm).sort((one, other) => one.pos[0] - other.pos[0]);
  return [...all.filter((problem) => !isOfForm(problem)), ...first ? [first] : []].map(
    (problem) => {
      const { code, message, pos: [offset] } = problem;
      return explanations[code]?.(text, offset, document) ?? {
        offset,
        message: `YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
        hint: "put the value in quotes if it is meant as a text",
      };
    },
  );
}

function lineFrom(text: string, offset: number): string {
  return text.slice(offset).split("\n", 1)[0]!;
}

function wordAt(text: string, offset: number): string {
  return /^[^\s:]*/.exec(lineFrom(text, offset))![0].slice(0, 40);
}

/** Where a quote was opened that nothing closes. */
function openQuote(text: string, document: Document): YamlMistake | undefined {
  let found: YamlMistake | undefined;
  visit(document, (_key, node) => {
    if (!isScalar(node) || !node.range || !/^QUOTE/.test(node.type ?? "")) return;
    const [offset, end] = node.range;
    if (end - offset > 1 && text[end - 1] === text[offset]) return;
    found = {
      offset,
      message: `this ${text[offset]} is never closed`,
      hint: "close it, or remove it",
    };
    return visit.BREAK;
  });
  return found;
}

function noValue(text: string, offset: number): YamlMistake | undefined {
  const line = lineFrom(text, offset);
  if (line.trim() === "") return undefined;
  const hint = /^\w+:\S/.test(line)
    ? "write a space after the colon"
    : `write "word: value", or indent it if it belongs to the line above`;
  return { offset, message: "this line has no word with a value", hint };
}
