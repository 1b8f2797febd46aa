/**
 * YAML as a tree whose every part knows where it was written, even after files were merged.
 *
 * @module
 */
import type { Place } from "./source_file.ts";

/** What Compose's own tags ask for when files are merged. */
export type MergeTag = "!reset" | "!override";

/** A scalar: text, number, truth or nothing. */
export interface Scalar {
  kind: "scalar";
  value: string | number | boolean | null;
  place: Place;
  tag?: MergeTag;
}

/** A list. */
export interface List {
  kind: "list";
  items: Value[];
  place: Place;
  tag?: MergeTag;
}

/** A value under its key. */
export interface Entry {
  /** Where the key stands. */
  place: Place;
  value: Value;
}

/** A mapping. */
export interface Mapping {
  kind: "map";
  entries: Map<string, Entry>;
  place: Place;
  tag?: MergeTag;
}

/** Any part of a document. */
export type Value = Scalar | List | Mapping;

/** Keys and indexes that lead to a part. */
export type Path = readonly PropertyKey[];

/** The value of a key; undefined when the value is no map, or has no such key. */
export function child(value: Value | undefined, key: string): Value | undefined {
  return value?.kind === "map" ? value.entries.get(key)?.value : undefined;
}

/** The entries of a map, in order; none when it is no map. */
export function entriesOf(value: Value | undefined): [string, Entry][] {
  return value?.kind === "map" ? [...value.entries] : [];
}

/** The items of a list; none when it is no list. */
export function itemsOf(value: Value | undefined): Value[] {
  return value?.kind === "list" ? value.items : [];
}

/** The text of a scalar as Compose would print it; undefined for `null`, maps and lists. */
export function textOf(value: Value | undefined): string | undefined {
  if (value?.kind !== "scalar" || value.value === null) return undefined;
  return String(value.value);
}

/** The same as plain data. */
export function toData(value: Value): unknown {
  if (value.kind === "scalar") return value.value;
  if (value.kind === "list") return value.items.map(toData);
  return Object.fromEntries(entriesOf(value).map(([key, entry]) => [key, toData(entry.value)]));
}

/**
 * Where the part at a path stands, or the nearest part above it that exists: a map or a list is
 * shown at its key, a scalar at itself.
 */
export function placeAt(root: Value, path: Path): Place {
  let place = root.place;
  let value = root;
  for (const part of path) {
    if (value.kind === "map") {
      const entry = value.entries.get(String(part));
      if (!entry) break;
      place = entry.value.kind === "scalar" ? entry.value.place : entry.place;
      value = entry.value;
    } else if (value.kind === "list") {
      const item = value.items[Number(part)];
      if (!item) break;
      place = item.place;
      value = item;
    } else break;
  }
  return place;
}
