/**
 * One side of a comparison as its files say it, and places in them.
 *
 * @module
 */
import { join } from "node:path";
import type { Source, Stack } from "../stack/model.ts";
import { cite, type Place } from "../stack/source_file.ts";
import { type Mapping, placeAt } from "../stack/tree.ts";
import type { Line, Which } from "./model.ts";

/** One of the two stacks, read. */
export interface Side {
  which: Which;
  stack: Stack;
  tree: Mapping;
  /** What stands before names of its files, to make of them what the user knows them by. */
  prefix: string;
}

/** The line of a place in a file. */
export function lineAt(side: Side, { file, offset }: Place): Line {
  return { ...fileLine(side, file.name), line: file.position(offset).line };
}

/** A file, named relative to the folder of the stack. */
export function fileLine({ which, prefix }: Side, name: string): Line {
  return { side: which, file: join(prefix, name) };
}

/** The line of a setting or a rule of a node. */
export function lineOf(side: Side, node: string, source: Source, name: string): Line {
  if (source.file === "command line") return commandLine(side, node, name);
  const line = source.line === undefined ? {} : { line: source.line };
  return { ...fileLine(side, source.file), ...line };
}

/** The line of a command that sets something: what belongs to a key is indented deeper, or a list. */
function commandLine(side: Side, node: string, setting: string): Line {
  const key = placeAt(side.tree, ["services", node, "command"]);
  const start = lineAt(side, key);
  const lines = key.file.text.split("\n");
  const indent = (text: string) => text.search(/[^ ]/);
  const depth = indent(lines[start.line! - 1] ?? "");
  const isSet = new RegExp(String.raw`(?<![\w-])(?:-c|--)?${spelt(setting)}\s*=`, "i");
  for (let at = start.line! - 1; at < lines.length; at++) {
    const text = lines[at]!;
    const isInside = at < start.line! || text.trim() === "" || indent(text) > depth ||
      (indent(text) === depth && text.trim().startsWith("-"));
    if (!isInside) break;
    if (isSet.test(text)) return { ...start, line: at + 1 };
  }
  return start;
}

/** A dash in a name on the command line counts as an underscore. */
function spelt(setting: string): string {
  return setting.split("_").map(RegExp.escape).join("[-_]");
}

/** `compose.yaml:7`. */
export function citeLine({ file, line }: Line): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** A place of a side, for sentences. */
export function citeAt(side: Side, place: Place): string {
  return join(side.prefix, cite(place));
}
