/**
 * Stacks made by hand, for tests of what runs them.
 *
 * @module
 */
import type { HbaRule, Setting, Stack, StackNode } from "../../lib/stack/model.ts";

const hbaFile = "fixtures/postgres/pg_hba.conf";
const confFile = "fixtures/postgres/postgresql.conf";

function rule(text: string, index: number): HbaRule {
  const words = text.split(/\s+/);
  const [type, database, user] = words as [string, string, string];
  const source = { file: hbaFile, line: index + 1 };
  const rest = words.slice(3);
  if (type === "local") return { type, database, user, method: rest[0]!, options: [], source };
  return { type, database, user, address: rest[0]!, method: rest[1]!, options: [], source };
}

/** Rules of pg_hba.conf, one per line. */
export function hba(...lines: string[]): HbaRule[] {
  return lines.map(rule);
}

/** Settings of a mounted file. */
export function fromFile(settings: Record<string, string>): Setting[] {
  return Object.entries(settings).map(([name, value], index) => ({
    name,
    value,
    source: { file: confFile, line: index + 1 },
  }));
}

/** Settings of the command line. */
export function fromCommandLine(settings: Record<string, string>): Setting[] {
  return Object.entries(settings).map(([name, value]) => ({
    name,
    value,
    source: { file: "command line" },
  }));
}

/** The seed's rules: trust within the stack's network. */
export const trustRules = hba(
  "local all all trust",
  "host all all 127.0.0.1/32 trust",
  "host replication myuser 172.18.0.0/16 trust",
  "host all all 172.18.0.0/16 trust",
);

/** One node; `upstream` makes it a replica. */
export function node(name: string, changes: Partial<StackNode> = {}): StackNode {
  const { upstream } = changes;
  return {
    name,
    role: upstream ? "replica" : "primary",
    image: "postgres:18",
    environment: {
      POSTGRES_USER: "myuser",
      POSTGRES_PASSWORD: "mypassword",
      POSTGRES_DB: "mydb",
      ...(upstream ? { REPLICATE_FROM: upstream } : {}),
    },
    command: [],
    settings: [
      ...fromFile({
        listen_addresses: "*",
        wal_level: "replica",
        max_wal_senders: "10",
        wal_keep_size: "64MB",
        hot_standby: "on",
      }),
      ...fromCommandLine({
        config_file: "/etc/postgresql/postgresql.conf",
        hba_file: "/etc/postgresql/pg_hba.conf",
        cluster_name: name,
      }),
    ],
    hba: trustRules,
    ports: [],
    mounts: [],
    networks: ["pg_network"],
    user: "myuser",
    password: "mypassword",
    database: "mydb",
    ...changes,
  };
}

/** A stack of nodes on the seed's network. */
export function stackOf(nodes: StackNode[]): Stack {
  return {
    file: "compose.yaml",
    directory: "/nowhere",
    hash: "0".repeat(64),
    nodes,
    networks: [{ name: "pg_network", driver: "bridge", subnets: ["172.18.0.0/16"] }],
    objectives: {},
    otherServices: [],
    unread: [],
    secrets: ["mypassword"],
  };
}

/** The seed: one primary and some replicas of it. */
export function seedStack(replicas = 3, changes: Partial<StackNode> = {}): Stack {
  const names = Array.from({ length: replicas }, (_, index) => `replica${index + 1}`);
  return stackOf([
    node("master", changes),
    ...names.map((name) => node(name, { upstream: "master", ...changes })),
  ]);
}
