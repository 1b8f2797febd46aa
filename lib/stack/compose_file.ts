/**
 * Compose files as one tree: variables replaced, short forms of maps written out, `extends` carried
 * out, overlays laid over.
 *
 *     file ─yaml─> tree ─variables─> ─short forms─> ─extends─> ─merge─> one tree
 *
 * @module
 */
import { resolve } from "node:path";
import { readDocument } from "./document.ts";
import { interpolate, InterpolationError } from "./interpolate.ts";
import { merge } from "./merge.ts";
import type { Reading } from "./reading.ts";
import { mistake, type Place, type SourceFile } from "./source_file.ts";
import { child, entriesOf, type Entry, type Mapping, textOf, type Value } from "./tree.ts";
import { nearest } from "../scenario/nearest.ts";

/**
 * Reads the files, absolute paths, the later over the earlier ones.
 * @throws {StackError}
 */
export async function readComposeFiles(reading: Reading, paths: string[]): Promise<Mapping> {
  let all: Mapping | undefined;
  for (const path of paths) {
    // Relative paths of an overlay start at the first file's folder, too.
    const file = await reading.open(path, reading.directory);
    if (!file) throw reading.unreadable(path, "the stack file does not exist");
    const tree = await extended(reading, prepare(readDocument(file), reading));
    all = merge(all ?? emptyMap(tree.place), tree);
  }
  return all!;
}

function emptyMap(place: Place): Mapping {
  return { kind: "map", entries: new Map(), place };
}

function prepare(tree: Mapping, reading: Reading): Mapping {
  const replaced = replaceVariables(tree, reading) as Mapping;
  const services = child(replaced, "services");
  for (const [, entry] of entriesOf(services)) writeOut(entry.value);
  return replaced;
}

function replaceVariables(value: Value, reading: Reading): Value {
  if (value.kind === "list") {
    return { ...value, items: value.items.map((item) => replaceVariables(item, reading)) };
  }
  if (value.kind === "map") {
    const entries = new Map<string, Entry>();
    for (const [key, entry] of value.entries) {
      entries.set(key, { ...entry, value: replaceVariables(entry.value, reading) });
    }
    return { ...value, entries };
  }
  if (typeof value.value !== "string" || !value.value.includes("$")) return value;
  const { environment } = reading;
  const onUnset = (name: string) =>
    reading.note(value.place, `\${${name}} is not set and has no default: read as empty`);
  try {
    return { ...value, value: interpolate(value.value, { environment, onUnset }) };
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    const { file, offset } = value.place;
    const shift = Math.max(0, file.text.slice(offset).indexOf(error.expression));
    const hint = error.message.startsWith("a $") ? "a dollar itself is written $$" : undefined;
    throw mistake({ file, offset: offset + shift }, { message: error.message, hint });
  }
}

/** Lists that stand for maps become maps, so that they merge by key. */
function writeOut(service: Value): void {
  if (service.kind !== "map") return;
  for (const key of ["environment", "networks", "extends", "env_file", "tmpfs"]) {
    const entry = service.entries.get(key);
    if (!entry) continue;
    const { value } = entry;
    const isText = value.kind === "scalar" && typeof value.value === "string";
    if (key === "environment" && value.kind === "list") entry.value = assignments(value);
    else if (key === "networks" && value.kind === "list") {
      const names = value.items.map((item) => [textOf(item) ?? "", item.place] as const);
      const entries = names.map(([name, place]): [string, Entry] => [
        name,
        { place, value: { kind: "scalar", value: null, place } },
      ]);
      entry.value = { ...value, kind: "map", entries: new Map(entries) };
    } else if (key === "extends" && isText) {
      entry.value = {
        kind: "map",
        entries: new Map([["service", { ...entry }]]),
        place: value.place,
      };
    } else if ((key === "env_file" || key === "tmpfs") && value.kind !== "list") {
      entry.value = { kind: "list", items: [value], place: value.place };
    }
  }
}

/** `[A=1, B]` as `{A: 1, B: null}`; an item that is no text stays, for the schema to refuse. */
function assignments(list: Value & { kind: "list" }): Value {
  const entries = new Map<string, Entry>();
  for (const item of list.items) {
    if (item.kind !== "scalar" || typeof item.value !== "string") return list;
    const [, name, value] = /^([^=]*)(?:=([^]*))?$/.exec(item.value)!;
    const { place } = item;
    entries.set(name!, { place, value: { kind: "scalar", value: value ?? null, place } });
  }
  return { ...list, kind: "map", entries };
}

async function extended(reading: Reading, tree: Mapping): Promise<Mapping> {
  const services = tree.entries.get("services");
  if (services?.value.kind !== "map") return tree;
  const entries = new Map<string, Entry>();
  for (const [name, entry] of services.value.entries) {
    entries.set(name, { ...entry, value: await extend(reading, tree, name, []) });
  }
  const value = { ...services.value, entries };
  return { ...tree, entries: new Map(tree.entries).set("services", { ...services, value }) };
}

async function extend(
  reading: Reading,
  tree: Mapping,
  name: string,
  chain: readonly string[],
): Promise<Value> {
  const service = child(child(tree, "services"), name)!;
  const wish = service.kind === "map" ? service.entries.get("extends") : undefined;
  if (service.kind !== "map" || !wish) return service;
  const link = `${name} of ${reading.nameOf(tree.place.file.path)}`;
  if (chain.includes(link)) {
    throw mistake(wish.place, {
      message: `services extend each other in a circle: ${[...chain, link].join(", ")}`,
    });
  }
  const target = child(wish.value, "service");
  const other = textOf(target);
  if (other === undefined) {
    throw mistake(wish.place, {
      message: "extends names no service",
      hint: "extends: {service: X}",
    });
  }
  const path = child(wish.value, "file");
  const from = path ? await readExtended(reading, path) : tree;
  const names = entriesOf(child(from, "services")).map(([known]) => known);
  if (!names.includes(other)) {
    const near = nearest(other, names);
    throw mistake(target!.place, {
      message: `no service "${other}" to extend`,
      hint: near === undefined ? undefined : `did you mean "${near}"?`,
      code: "unknown-name",
    });
  }
  const base = await extend(reading, from, other, [...chain, link]);
  const own = new Map(service.entries);
  own.delete("extends");
  const over: Mapping = { ...service, entries: own };
  return base.kind === "map" ? merge(base, over, ["services", name]) : over;
}

async function readExtended(reading: Reading, path: Value): Promise<Mapping> {
  const text = textOf(path) ?? "";
  const file: SourceFile | undefined = await reading.open(resolve(path.place.file.base, text));
  if (!file) {
    throw mistake(path.place, { message: `the file ${text} does not exist`, code: "unreadable" });
  }
  return prepare(readDocument(file), reading);
}
