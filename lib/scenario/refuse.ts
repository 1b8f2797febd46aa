/**
 * The parts of YAML that a scenario must not use, found among the tokens, before anything is built
 * from them: an alias bomb or a tower of brackets costs nothing here.
 *
 * @module
 */
import type { CST } from "yaml";
import type { Place } from "./model.ts";
import type { Report } from "./report.ts";

/** How deep maps and lists may be nested. */
const depthMax = 50;
/** Words that one map may have: looking for twins takes time that grows with their square. */
const wordsMax = 1000;

const refused: Record<string, { message: string; hint: string }> = {
  anchor: {
    message: "anchors are not part of the language",
    hint: "write the value out, or use vars",
  },
  alias: {
    message: "aliases are not part of the language",
    hint: "write the value out, or use vars",
  },
  tag: { message: "tags are not part of the language", hint: "quote the value to make it text" },
  directive: { message: "directives are not part of the language", hint: "it is always YAML 1.2" },
};

/** Reports what is not part of the language; false when the document cannot be built. */
export function refuse(
  tokens: readonly CST.Token[],
  place: (offset: number) => Place,
  report: Report,
): boolean {
  let isFit = true;
  const first = new Map<typeof refused[string], number>();
  const complain = (
    offset: number,
    code: "unsupported-yaml" | "too-deep" | "too-big",
    message: string,
    hint: string,
  ) => {
    report.add(place(offset), code, message, { hint });
    isFit = false;
  };
  const documents = tokens.filter((token) => token.type === "document");
  if (documents.length > 1) {
    complain(
      documents[1]!.offset,
      "unsupported-yaml",
      "a second document begins here",
      "one file holds one scenario",
    );
  }
  // A stack of our own: the depth is the attacker's to choose.
  const open: { part: unknown; depth: number }[] = tokens.map((part) => ({ part, depth: 0 }));
  while (open.length > 0) {
    const { part, depth } = open.pop()!;
    if (typeof part !== "object" || part === null) continue;
    const token = part as Partial<CST.Token> & Record<string, unknown>;
    const offset = typeof token.offset === "number" ? token.offset : 0;
    const rule = refused[token.type ?? ""];
    // A bomb is made of many: the first of a kind says it.
    if (rule) first.set(rule, Math.min(offset, first.get(rule) ?? Infinity));
    const isCollection = "items" in token;
    if (depth > depthMax && isCollection) {
      complain(offset, "too-deep", `nested deeper than ${depthMax} levels`, "split the scenario");
      return false;
    }
    if (isWideMap(token)) {
      complain(offset, "too-big", `more than ${wordsMax} words in one map`, "split the scenario");
      return false;
    }
    if (isMergeKey(token.key)) {
      const { offset } = token.key as { offset: number };
      complain(
        offset,
        "unsupported-yaml",
        "merge keys are not part of the language",
        "write the words out",
      );
    }
    for (const child of ["start", "key", "sep", "value", "items", "end", "props"]) {
      const below = token[child];
      const deeper = depth + (isCollection ? 1 : 0);
      if (Array.isArray(below)) {
        for (const item of below) open.push({ part: item, depth: deeper });
      } else if (below !== undefined) open.push({ part: below, depth: deeper });
    }
  }
  for (const [{ message, hint }, offset] of first) {
    complain(offset, "unsupported-yaml", message, hint);
  }
  return isFit;
}

function isWideMap({ type, start, items }: Record<string, unknown>): boolean {
  if (!Array.isArray(items) || items.length <= wordsMax) return false;
  const isFlowMap = typeof start === "object" && start !== null && "source" in start &&
    start.source === "{";
  return type === "block-map" || (type === "flow-collection" && isFlowMap);
}

function isMergeKey(key: unknown): boolean {
  return typeof key === "object" && key !== null && "source" in key && key.source === "<<";
}
