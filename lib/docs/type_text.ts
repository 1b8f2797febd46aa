/**
 * What a word takes, in a few plain words, read from its schema.
 *
 * @module
 */
import type { z } from "zod";
import {
  duration,
  loadName,
  nodeName,
  operand,
  ownName,
  pattern,
  rate,
  ref,
  referents,
  size,
  stepName,
  steps,
  value,
} from "../scenario/words.ts";

/** A name that a step saves; said last where other things fit too. */
const savedName = "${name}";

/** The building blocks of the language by what people call them. */
const named = new Map<z.ZodType, string>([
  [duration, "time, like 10s"],
  [size, "size, like 64MB"],
  [rate, "rate, like 200/s"],
  [ref, savedName],
  [ownName, "name of your choice"],
  [loadName, "a load"],
  [nodeName, "node or role"],
  [stepName, "name of an earlier step"],
  [pattern, "regular expression"],
  [value, "value"],
  [operand, "value"],
  [steps, "list of steps"],
]);

const referentText = { load: "a load", node: "node or role", step: "name of an earlier step" };

/** The parts of a schema's definition that hold other schemas; see zod's `_zod.def`. */
interface Definition {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  element?: z.ZodType;
  options?: z.ZodType[];
  shape?: Record<string, z.ZodType>;
  valueType?: z.ZodType;
  catchall?: z.ZodType;
  values?: unknown[];
  entries?: Record<string, string>;
  getter?: () => z.ZodType;
}

/** The schema's definition. */
export function definitionOf(schema: z.ZodType): Definition {
  return schema._zod.def as unknown as Definition;
}

/** The schema it was refined from: `x.refine()` keeps `x` as its parent. */
function parentOf(schema: z.ZodType): z.ZodType | undefined {
  return (schema._zod as unknown as { parent?: z.ZodType }).parent;
}

/** `time, like 10s`, `list of steps`, `one of lsn, value, row`. */
export function typeText(schema: z.ZodType): string {
  for (let at: z.ZodType | undefined = schema; at; at = parentOf(at)) {
    const name = named.get(at);
    if (name) return name;
    const to = referents.get(at)?.to;
    if (to) return referentText[to];
  }
  const definition = definitionOf(schema);
  const inner = definition.innerType ?? definition.in;
  if (inner) return typeText(inner);
  if (definition.options) {
    const texts = [...new Set(definition.options.map(typeText))];
    const isSaved = (text: string) => text === savedName;
    return [...texts.filter((text) => !isSaved(text)), ...texts.filter(isSaved)].join(", or ");
  }
  switch (definition.type) {
    case "literal":
      return (definition.values ?? []).join(" or ");
    case "enum":
      return `one of ${Object.values(definition.entries ?? {}).join(", ")}`;
    case "array":
      return `list of ${plural(typeText(definition.element!))}`;
    case "record":
      return `map of name to ${typeText(definition.valueType!)}`;
    case "object":
      if (definition.catchall && definitionOf(definition.catchall).type !== "never") {
        return `map of name to ${typeText(definition.catchall)}`;
      }
      return `map of ${Object.keys(definition.shape ?? {}).join(", ")}`;
    case "lazy":
      return "value";
    case "string":
      return "text";
    case "number":
      return "number";
    case "boolean":
      return "true or false";
    default:
      return definition.type;
  }
}

function plural(text: string): string {
  if (text === "text") return "texts";
  if (text === "node or role") return "nodes or roles";
  return /^\w+$/.test(text) && !text.endsWith("s") ? `${text}s` : text;
}

/** What the schema says of itself, also below `optional` and `default`. */
export function descriptionOf(schema: z.ZodType): string | undefined {
  for (let at: z.ZodType | undefined = schema; at; at = definitionOf(at).innerType) {
    if (at.description) return at.description;
  }
  return undefined;
}

/** Whether a word may be left out. */
export function isOptional(schema: z.ZodType): boolean {
  return schema.safeParse(undefined).success;
}
