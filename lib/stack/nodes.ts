/**
 * PostgreSQL nodes: what a service says, together with the configuration files it mounts.
 *
 * @module
 */
import { serverArguments } from "./command_line.ts";
import { ContainerFiles } from "./container_files.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import { readHba } from "./hba_file.ts";
import type { HbaRule, Setting, StackNode } from "./model.ts";
import type { Reading } from "./reading.ts";
import type { Member } from "./roles.ts";
import type { ReadService } from "./services.ts";
import {
  commandLineSettings,
  effectiveSetting,
  findConfiguration,
  readSettings,
} from "./settings.ts";
import { mistake } from "./source_file.ts";

/**
 * The nodes of the members, in their order.
 * @throws {StackError}
 */
export async function readNodes(
  reading: Reading,
  members: readonly Member[],
): Promise<StackNode[]> {
  const nodes: StackNode[] = [];
  let primary: Credentials | undefined;
  for (const { service, upstream } of members) {
    const files = new ContainerFiles(service.mounts, service.environment.PGDATA);
    const credentials = await readCredentials(reading, service, files, primary);
    primary ??= credentials;
    const settings = await settingsOf(reading, service, files);
    nodes.push({
      name: service.name,
      role: upstream ? "replica" : "primary",
      image: imageOf(service),
      environment: service.environment,
      command: service.command,
      settings,
      hba: await hbaOf(reading, service, { files, settings }),
      ports: service.ports,
      mounts: service.mounts,
      networks: service.networks,
      ...(upstream ? { upstream: upstream.name } : {}),
      ...credentials,
    });
  }
  return nodes;
}

/** Empty for an image that is built and has no name. */
function imageOf({ image, isBuilt, name, place }: ReadService): string {
  if (image || isBuilt) return image ?? "";
  throw mistake(place(), {
    message: `${name} has no image`,
    hint: `write "image: postgres:18"`,
    code: "missing-word",
  });
}

async function settingsOf(
  reading: Reading,
  service: ReadService,
  files: ContainerFiles,
): Promise<Setting[]> {
  const found = serverArguments(service.command);
  const isScript = /(?:^|\/)(?:ba|da|a)?sh$/.test(service.entrypoint[0] ?? "") &&
    service.entrypoint.includes("-c");
  if (!found || isScript) {
    reading.note(
      service.place(isScript ? "entrypoint" : "command"),
      "settings that a script gives to the server are not read",
    );
  }
  if (/(?:^|\s)(?:-c|--set)\b/.test(service.environment.POSTGRES_INITDB_ARGS ?? "")) {
    reading.note(
      service.place("environment", "POSTGRES_INITDB_ARGS"),
      "settings that initdb writes into the data directory are not read",
    );
  }
  const arguments_ = commandLineSettings(found ?? []);
  const setting = effectiveSetting(arguments_, "config_file");
  const source = await findConfiguration(reading, files, {
    name: "postgresql.conf",
    setting,
    place: service.place(setting ? "command" : "volumes"),
  });
  return [...source ? await readSettings(reading, files, source) : [], ...arguments_];
}

async function hbaOf(
  reading: Reading,
  service: ReadService,
  { files, settings }: { files: ContainerFiles; settings: readonly Setting[] },
): Promise<HbaRule[]> {
  const setting = effectiveSetting(settings, "hba_file");
  const source = await findConfiguration(reading, files, {
    name: "pg_hba.conf",
    setting,
    place: service.place(setting ? "command" : "volumes"),
  });
  if (source) return await readHba(reading, files, source);
  if (service.environment.POSTGRES_HOST_AUTH_METHOD) {
    reading.note(
      service.place("environment", "POSTGRES_HOST_AUTH_METHOD"),
      "the rule this adds to pg_hba.conf in the data directory is not read",
    );
  }
  return [];
}
