/**
 * Files of two stacks. Those that were read and understood are compared by what they mean, elsewhere;
 * all others, scripts for example, byte by byte: nobody knows what a comment is in them.
 *
 * @module
 */
import { join, relative } from "node:path";
import type { Value } from "../stack/tree.ts";
import type { Change, Line } from "./model.ts";
import { fileLine, type Side } from "./side.ts";

/** What differs between the files of two stacks. */
export interface FileChanges {
  changes: Change[];
  /** Files whose bytes differ and whose meaning is compared elsewhere. */
  understood: Line[];
}

/**
 * Compares the files that two stacks are made of.
 * @throws when one cannot be read.
 */
export async function fileChanges(base: Side, head: Side): Promise<FileChanges> {
  const [before, after] = [namesOf(base), namesOf(head)];
  const understood = [understoodOf(base), understoodOf(head)] as const;
  const found: FileChanges = { changes: [], understood: [] };
  for (const name of [...new Set([...after, ...before])].sort()) {
    const [old, now] = await Promise.all([
      before.has(name) ? contentOf(base, name) : undefined,
      after.has(name) ? contentOf(head, name) : undefined,
    ]);
    if (old?.mode === now?.mode && old?.text === now?.text) continue;
    const isKnown = (!old || understood[0].has(name)) && (!now || understood[1].has(name));
    if (isKnown) found.understood.push(fileLine(now ? head : base, name));
    else found.changes.push(changeOf(name, { base, head, old, now }));
  }
  return found;
}

/** Names relative to the folder of the stack. */
function namesOf({ stack }: Side): Set<string> {
  return new Set((stack.files ?? []).map((path) => relative(stack.directory, path)));
}

/** Compose files, and those that settings and rules come from, if nothing in them was left unread. */
function understoodOf({ stack, tree }: Side): Set<string> {
  const sources = stack.nodes.flatMap(({ settings, hba }) => [...settings, ...hba])
    .map(({ source }) => source.file);
  const names = new Set([...sources, ...filesOf(tree)]);
  for (const note of stack.unread) names.delete(/^(.*?):\d+: /.exec(note)?.[1] ?? "");
  return names;
}

function filesOf(value: Value): string[] {
  const inside = value.kind === "map"
    ? [...value.entries.values()].flatMap((entry) => filesOf(entry.value))
    : value.kind === "list"
    ? value.items.flatMap(filesOf)
    : [];
  return [...new Set([value.place.file.name, ...inside])];
}

interface Content {
  /** One character a byte. */
  text: string;
  /** Whether it may be executed. */
  mode: boolean;
}

async function contentOf({ stack }: Side, name: string): Promise<Content> {
  const path = join(stack.directory, name);
  const [bytes, info] = await Promise.all([Deno.readFile(path), Deno.stat(path)]);
  const text = new TextDecoder("latin1").decode(bytes);
  return { text, mode: ((info.mode ?? 0) & 0o111) !== 0 };
}

function changeOf(
  name: string,
  { base, head, old, now }: {
    base: Side;
    head: Side;
    old?: Content | undefined;
    now?: Content | undefined;
  },
): Change {
  const common = { kind: "file" as const, what: name, nodes: [] };
  if (!now) return { ...common, before: "there", place: fileLine(base, name) };
  if (!old) return { ...common, after: "there", place: fileLine(head, name) };
  if (old.text === now.text) {
    const [before, after] = [old, now].map(({ mode }) => mode ? "executable" : "not executable");
    return { ...common, before: before!, after: after!, place: fileLine(head, name) };
  }
  const [before, after] = [old, now].map(({ text }) => text.split("\n"));
  const line = after!.findIndex((text, index) => text !== before![index]);
  return {
    ...common,
    before: "other bytes",
    after: "other bytes",
    place: { ...fileLine(head, name), line: (line < 0 ? after!.length - 1 : line) + 1 },
  };
}
