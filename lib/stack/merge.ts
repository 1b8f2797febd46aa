/**
 * Two compose files, or a service and what it extends, laid over each other.
 * Source: https://docs.docker.com/reference/compose-file/merge/
 *
 * Lists are joined; the readers of ports and mounts then keep the last of those that say the same.
 *
 * @module
 */
import type { Entry, Mapping, Value } from "./tree.ts";

/** Lists that are replaced as a whole; `*` is any name. */
const replaced = [
  "services.*.command",
  "services.*.entrypoint",
  "services.*.healthcheck.test",
  "x-pgproof.replicas",
];

/** `over` laid over `base`. `path` says where in the file both stand. */
export function merge(base: Mapping, over: Mapping, path: readonly string[] = []): Mapping {
  const entries = new Map<string, Entry>(base.entries);
  for (const [key, entry] of over.entries) {
    const value = mergeValue(entries.get(key)?.value, entry.value, [...path, key]);
    if (value) entries.set(key, { place: entry.place, value });
    else entries.delete(key);
  }
  return { kind: "map", entries, place: over.place };
}

/** Undefined: the value is taken away. */
function mergeValue(base: Value | undefined, over: Value, path: string[]): Value | undefined {
  if (over.tag === "!reset") return undefined;
  if (!base || over.tag === "!override") return settle(over, path);
  if (base.kind === "map" && over.kind === "map") return merge(base, over, path);
  if (base.kind === "list" && over.kind === "list" && !isReplaced(path)) {
    return { ...over, items: [...base.items, ...over.items] };
  }
  // A key without a value adds nothing to what is there.
  const isEmpty = over.kind === "scalar" && over.value === null && base.kind !== "scalar";
  return isEmpty ? base : settle(over, path);
}

/** A value that nothing lies under, with its own tags carried out. */
function settle(value: Value, path: string[]): Value {
  if (value.kind !== "map") return value;
  return merge({ kind: "map", entries: new Map(), place: value.place }, value, path);
}

function isReplaced(path: readonly string[]): boolean {
  return replaced.some((pattern) => {
    const parts = pattern.split(".");
    return parts.length === path.length &&
      parts.every((part, index) => part === "*" || part === path[index]);
  });
}
