/**
 * The stack under test, read from its compose file and the configuration files it mounts.
 *
 *     files ─> one tree ─> services ─> primary and replicas ─> nodes ─> Stack
 *
 * @module
 */
import { join, resolve } from "node:path";
import { check } from "./check.ts";
import { readComposeFiles } from "./compose_file.ts";
import { readEnvFile } from "./env_file.ts";
import { fingerprint } from "./fingerprint.ts";
import { checkServiceKeys, checkTopKeys } from "./keys.ts";
import type { Stack } from "./model.ts";
import { readNetworks } from "./networks.ts";
import { readNodes } from "./nodes.ts";
import { readObjectives } from "./objectives.ts";
import { readPooler } from "./pooler.ts";
import type { ComposeFile } from "./schema.ts";
import { Reading } from "./reading.ts";
import { findMembers } from "./roles.ts";
import { findSecrets } from "./secrets.ts";
import { type ReadService, readService, serviceNames } from "./services.ts";
import type { Mapping } from "./tree.ts";

export { StackError } from "./error.ts";

/** How a stack is read. */
export interface ReadStackOptions {
  /** What `${NAME}` stands for; default: `.env` beside the file, and the process environment over it. */
  environment?: Record<string, string>;
  /** Further compose files, laid over the first in order. */
  overlays?: string[] | undefined;
}

/** A stack, and the merged tree of its compose files, whose every part knows where it stands. */
export interface StackSource {
  stack: Stack;
  tree: Mapping;
}

/**
 * Reads a stack; asks no engine and starts nothing.
 * @throws {StackError} when a file cannot be used, with the place.
 */
export async function readStack(file: string, options: ReadStackOptions = {}): Promise<Stack> {
  return (await readStackSource(file, options)).stack;
}

/**
 * The same with the tree it was read from.
 * @throws {StackError}
 */
export async function readStackSource(
  file: string,
  options: ReadStackOptions = {},
): Promise<StackSource> {
  const reading = new Reading(file, options.environment ?? Deno.env.toObject());
  if (!options.environment) await addDotEnv(reading);
  const overlays = (options.overlays ?? []).map((path) => resolve(path));
  const tree = await readComposeFiles(reading, [resolve(file), ...overlays]);
  checkTopKeys(reading, tree);
  const source = { reading, tree, file: check(tree) };
  const services: ReadService[] = [];
  for (const name of serviceNames(tree)) {
    checkServiceKeys(source, name);
    services.push(await readService(source, name));
  }
  const members = findMembers(source, services);
  const isNode = new Set(members.map(({ service }) => service.name));
  for (const name of isNode) checkServiceKeys(source, name, { isNode: true });
  const nodes = await readNodes(reading, members);
  const found = await readPooler(source, services, nodes);
  const stack: Stack = {
    file,
    ...(overlays.length > 0 ? { overlays } : {}),
    directory: reading.directory,
    ...await fingerprint(reading, services),
    nodes,
    networks: readNetworks(source, services, isNode),
    objectives: readObjectives(source),
    ...acceptedBy(source.file),
    ...(found ? { pooler: found.pooler } : {}),
    otherServices: services.map(({ name }) => name).filter((name) => !isNode.has(name)),
    unread: reading.unread,
    secrets: findSecrets(services, nodes, found?.passwords),
  };
  return { stack, tree };
}

/** An overlay that mends something resets what its base accepts. */
function acceptedBy(file: ComposeFile): Pick<Stack, "accepted"> {
  const accepted = file["x-pgproof"]?.accepted ?? {};
  return Object.keys(accepted).length > 0 ? { accepted } : {};
}

/** As Compose does: `.env` beside the file, and what the process has wins over it. */
async function addDotEnv(reading: Reading): Promise<void> {
  const file = await reading.open(join(reading.directory, ".env"));
  if (!file) return;
  reading.environment = { ...readEnvFile(file, reading.environment), ...reading.environment };
}
