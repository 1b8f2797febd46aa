/**
 * User, password and database of a node, by the rules of the official image.
 * Source: https://github.com/docker-library/docs/blob/master/postgres/README.md
 *
 * @module
 */
import type { ContainerFiles } from "./container_files.ts";
import type { Reading } from "./reading.ts";
import type { ReadService } from "./services.ts";
import { mistake } from "./source_file.ts";

/** Who may do everything in a node, and where. */
export interface Credentials {
  user: string;
  password: string;
  database: string;
  /** As whom replicas connect, where that is said apart. */
  replication?: { user: string; password: string };
}

/**
 * Reads POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB, or the files their `_FILE` forms name.
 * A replica that says nothing has what its primary has: its data are a copy.
 * @throws {StackError} when both forms are given, or the file does not exist.
 */
export async function readCredentials(
  reading: Reading,
  service: ReadService,
  files: ContainerFiles,
  primary?: Credentials,
): Promise<Credentials> {
  const value = (name: string) => readVariable(reading, service, files, name);
  const user = await value("POSTGRES_USER");
  const password = await value("POSTGRES_PASSWORD");
  const database = await value("POSTGRES_DB");
  const found = {
    user: user || primary?.user || "postgres",
    password: password || primary?.password || "",
    database: database || primary?.database || user || "postgres",
  };
  // As this project's entrypoint reads them; the official image knows no such role.
  const role = service.environment.REPLICATION_USER || primary?.replication?.user;
  const secret = await value("REPLICATION_PASSWORD") || primary?.replication?.password;
  if (!role && !secret) return found;
  return {
    ...found,
    replication: { user: role || found.user, password: secret || found.password },
  };
}

async function readVariable(
  reading: Reading,
  service: ReadService,
  files: ContainerFiles,
  name: string,
): Promise<string | undefined> {
  const own = service.environment[name];
  const path = service.environment[`${name}_FILE`];
  const place = service.place("environment", `${name}_FILE`);
  if (own && path) {
    throw mistake(place, {
      message: `${name} and ${name}_FILE are both given`,
      hint: "the image refuses to start with both",
    });
  }
  if (!path) return own;
  const host = files.hostPath(path);
  if (host === undefined) {
    reading.note(place, `${name}_FILE ${path} is not in a bind mount: it is not read`);
    return undefined;
  }
  const file = await reading.open(host);
  if (!file) {
    throw mistake(place, {
      message: `the file ${reading.shownAs(host)} does not exist`,
      code: "unreadable",
    });
  }
  return file.text.replace(/[\r\n]+$/, "");
}
