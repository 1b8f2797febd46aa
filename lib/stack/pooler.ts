/**
 * The pooler of a stack: the service that `x-pgproof.pooler` names, and its pgbouncer.ini.
 *
 * @module
 */
import { ContainerFiles } from "./container_files.ts";
import type { StackNode, StackPooler } from "./model.ts";
import { parsePoolerConnection, parsePoolerFile } from "./pooler_file.ts";
import { named } from "./roles.ts";
import type { ComposeSource, ReadService } from "./services.ts";
import { parsed } from "./settings.ts";
import { mistake, type SourceFile } from "./source_file.ts";
import { placeAt } from "./tree.ts";

/** Where images of PgBouncer keep it. */
const usualPath = "/etc/pgbouncer/pgbouncer.ini";

/** Words of a connection string that say where a server is and who logs in. */
const whereAndWho = ["host", "port", "dbname", "user", "password", "auth_user", "auth_query"];

/** A pooler, and the passwords that its file holds. */
interface ReadPooler {
  pooler: StackPooler;
  passwords: string[];
}

/**
 * Undefined when the stack declares none.
 * @throws {StackError} when what it declares cannot be used.
 */
export async function readPooler(
  source: ComposeSource,
  services: readonly ReadService[],
  nodes: readonly StackNode[],
): Promise<ReadPooler | undefined> {
  const name = source.file["x-pgproof"]?.pooler;
  if (name === undefined) return undefined;
  const place = placeAt(source.tree, ["x-pgproof", "pooler"]);
  const service = named(services, name, place);
  if (nodes.some((node) => node.name === name)) {
    throw mistake(place, { message: `${name} is a PostgreSQL node and cannot be the pooler` });
  }
  const { image = "", mounts } = service;
  const file = await findFile(source, service);
  if (!file) return { pooler: { name, image, mounts, settings: [], databases: {} }, passwords: [] };
  const { lines, includes } = parsed(file, parsePoolerFile, "PgBouncer refuses this line");
  const note = (line: number, sentence: string) =>
    source.reading.note({ file, offset: file.lineStart(line) }, sentence);
  for (const line of includes) note(line, "what the pooler's file includes is not read");
  for (const { line } of lines.filter(({ section }) => section === "users")) {
    note(line, "what the pooler does for single users is not judged: its clients are others here");
  }
  const settings = lines.filter(({ section }) => section === "pgbouncer").map(
    ({ name, value, line }) => ({ name, value, source: { file: file.name, line } }),
  );
  const databases = lines.filter(({ section }) => section === "databases").map(
    ({ value }) => parsePoolerConnection(value),
  );
  return {
    pooler: { name, image, mounts, settings, databases: byNode(databases, nodes) },
    passwords: databases.flatMap((words) => words.get("password") ?? []),
  };
}

/** Where its command says, else where images keep it. */
async function findFile(
  { reading }: ComposeSource,
  { name, entrypoint, command, environment, mounts, place }: ReadService,
): Promise<SourceFile | undefined> {
  const path = [...entrypoint, ...command].findLast((word) => word.endsWith(".ini")) ?? usualPath;
  const host = new ContainerFiles(mounts, environment.PGDATA).hostPath(path);
  if (host === undefined) {
    reading.note(place(), `${name}: ${path} is not in a bind mount: its settings are not read`);
    return undefined;
  }
  const file = await reading.open(host);
  if (file) return file;
  throw mistake(place("volumes"), {
    message: `the file ${reading.shownAs(host)} does not exist`,
    hint: `it is what the pooler finds as ${path}`,
    code: "unreadable",
  });
}

/** Of several databases that lead to a node the first counts. */
function byNode(
  databases: readonly Map<string, string>[],
  nodes: readonly StackNode[],
): StackPooler["databases"] {
  const found: StackPooler["databases"] = {};
  for (const words of databases) {
    const hosts = words.get("host")?.split(",") ?? [];
    const own = [...words].filter(([name]) => !whereAndWho.includes(name));
    for (const { name } of nodes) {
      if (hosts.includes(name)) found[name] ??= Object.fromEntries(own);
    }
  }
  return found;
}
