/**
 * The shape of those parts of a compose file that are read. Everything else is let through here;
 * keys.ts says what becomes of it.
 *
 * @module
 */
import { z } from "zod";

const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: "this must be a text, a number or true or false",
});
const textual = z.union([z.string(), z.number()], { error: "this must be a text or a number" });
const truth = z.union([z.boolean(), z.stringbool()], { error: "this must be true or false" });
const words = z.array(scalar, { error: "this must be a list of texts" });

function listOf<T extends z.ZodType>(item: T, error: string) {
  return z.array(item, { error }).nullish();
}

function mapOf<T extends z.ZodType>(value: T, error: string) {
  return z.record(z.string(), value, { error });
}

const environment = mapOf(
  scalar.nullable(),
  "environment is a map, or a list of NAME=value",
).nullish();

const command = z.union([z.string(), words], {
  error: "a command is a text or a list of texts",
}).nullish();

const port = z.union([
  textual,
  z.looseObject({
    target: textual,
    published: textual.optional(),
    host_ip: z.string().optional(),
    protocol: z.string().optional(),
  }),
], { error: `a port is "HOST:CONTAINER", or a map with target and published` });

const volume = z.union([
  z.string(),
  z.looseObject({
    type: z.string(),
    source: z.string().optional(),
    target: z.string(),
    read_only: truth.optional(),
  }),
], { error: `a volume is "SOURCE:TARGET", or a map with type, source and target` });

const envFile = z.union([
  z.string(),
  z.looseObject({ path: z.string(), required: truth.optional(), format: z.string().optional() }),
], { error: "an env_file is a path, or a map with path" });

/** `configs:` or `secrets:` of a service. */
const fileReference = z.union([
  z.string(),
  z.looseObject({ source: z.string(), target: z.string().optional() }),
], { error: "this is a name, or a map with source and target" });

const attachment = z.looseObject({
  aliases: z.array(z.string(), { error: "aliases is a list of names" }).optional(),
}, { error: "a network of a service is a map, or nothing" }).nullable();

/** One service, after short forms of maps were written out. */
export const serviceSchema = z.looseObject({
  image: z.string({ error: "an image is a text" }).optional(),
  container_name: z.string().optional(),
  hostname: z.string().optional(),
  environment,
  env_file: listOf(envFile, "env_file is a path or a list of them"),
  command,
  entrypoint: command,
  ports: listOf(port, `ports is a list: - "5532:5432"`),
  volumes: listOf(volume, "volumes is a list: - ./data:/var/lib/postgresql/data"),
  tmpfs: listOf(z.string(), "tmpfs is a path or a list of them"),
  configs: listOf(fileReference, "configs is a list of names"),
  secrets: listOf(fileReference, "secrets is a list of names"),
  networks: mapOf(attachment, "networks is a list of names, or a map").nullish(),
  network_mode: z.string().optional(),
}, { error: "a service is a map" });

const network = z.looseObject({
  driver: z.string().nullish(),
  external: z.union([truth, z.looseObject({})]).optional(),
  ipam: z.looseObject({
    config: listOf(
      z.looseObject({ subnet: z.string().optional() }),
      "config is a list: - subnet: 172.18.0.0/16",
    ),
  }, { error: "ipam is a map with config" }).nullish(),
}, { error: "a network is a map, or nothing" }).nullable();

const fileSource = z.looseObject({ file: z.string().optional() }, { error: "this is a map" });

/** A whole file, after variables, `extends` and overlays. */
export const composeSchema = z.looseObject({
  services: mapOf(serviceSchema, "services is a map of names and services"),
  networks: mapOf(network, "networks is a map of names and networks").nullish(),
  volumes: mapOf(
    z.looseObject({}, { error: "a volume is a map, or nothing" }).nullable(),
    "volumes is a map of names and volumes",
  ).nullish(),
  configs: mapOf(fileSource, "configs is a map").nullish(),
  secrets: mapOf(fileSource, "secrets is a map").nullish(),
  "x-pgproof": z.object({
    primary: z.string({ error: "primary is the name of a service" }).optional(),
    replicas: z.array(z.string(), { error: "replicas is a list of names of services" }).optional(),
    pooler: z.string({ error: "pooler is the name of a service" }).optional(),
    objectives: mapOf(scalar, "objectives is a map: staleness: 2s").optional(),
    accepted: mapOf(
      z.string({ error: "say why it is accepted" }).regex(/\S/, {
        error: "say why it is accepted",
      }),
      "accepted is a map of controls and reasons: claim:G1: it is a demonstration",
    ).optional(),
  }, { error: "x-pgproof is a map with primary, replicas, pooler, objectives and accepted" })
    .strict()
    .optional(),
}, { error: "a compose file is a map" });

/** A whole file, its parts typed. */
export type ComposeFile = z.infer<typeof composeSchema>;

/** One service, its parts typed. */
export type Service = z.infer<typeof serviceSchema>;
