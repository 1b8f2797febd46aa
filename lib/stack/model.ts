/**
 * The stack under test as plain data: what `compose.yaml` and the files it mounts say, after
 * interpolation, anchors and `extends`. No Docker is asked, nothing is started.
 *
 * @module
 */

/** What the stack promises (`x-pgproof.objectives`). Absent: not declared. */
export interface Objectives {
  mode?: "async" | "sync";
  /** How old an answer of a replica may be, in milliseconds. */
  stalenessMs?: number;
  /** WAL written during the longest outage a replica survives without a rebuild, in bytes. */
  outageBytes?: number;
  /** Acknowledged writes that a failover may lose, as time in milliseconds. */
  rpoMs?: number;
  /** Time without service a failover may take, in milliseconds. */
  rtoMs?: number;
  /** WAL the primary may keep for absent replicas, in bytes. */
  walRetainedBytes?: number;
}

/** Where a value was written. */
export interface Source {
  /** Path relative to the stack file's folder, `command line`, or `environment`. */
  file: string;
  /** From 1; absent where lines mean nothing. */
  line?: number;
}

/** One server setting and where it comes from; the last one wins, the command line over files. */
export interface Setting {
  name: string;
  value: string;
  source: Source;
}

/** One line of pg_hba.conf, split into fields, options kept. */
export interface HbaRule {
  /** The fields as written: type, databases, users, address (absent for local), method, options. */
  type: string;
  database: string;
  user: string;
  address?: string;
  method: string;
  options: string[];
  source: Source;
}

/** A published port. */
export interface PortMapping {
  /** Absent: all interfaces. */
  hostAddress?: string;
  /** 0: the engine chooses. */
  hostPort: number;
  containerPort: number;
}

/** A mount. */
export interface Mount {
  type: "bind" | "volume" | "tmpfs";
  /** Absolute path on the host, or the volume's name; absent for an anonymous volume or tmpfs. */
  source?: string;
  /** Path in the container. */
  target: string;
  readOnly: boolean;
}

/** One PostgreSQL server of the stack. */
export interface StackNode {
  /** The compose service's name. */
  name: string;
  role: "primary" | "replica";
  image: string;
  environment: Record<string, string>;
  /** The container's command, split into arguments; empty: the image's own. */
  command: string[];
  /** What the server is configured with, file settings first, then `-c` of the command line. */
  settings: Setting[];
  /** Rules of the mounted pg_hba.conf; empty when none is mounted. */
  hba: HbaRule[];
  ports: PortMapping[];
  mounts: Mount[];
  /** Names of the networks it is attached to. */
  networks: string[];
  /** The node it replicates from (`REPLICATE_FROM`); absent for the primary. */
  upstream?: string;
  /** Superuser of the server and owner of the database; also the replication role, as declared. */
  user: string;
  password: string;
  database: string;
  /** As whom it replicates, where the stack says that apart; the entrypoint makes another role. */
  replication?: { user: string; password: string };
}

/** The connection pooler of the stack, a PgBouncer. */
export interface StackPooler {
  /** The compose service's name. */
  name: string;
  /** Empty for an image that is built and has no name. */
  image: string;
  mounts: Mount[];
  /** Section `[pgbouncer]` of its file. */
  settings: Setting[];
  /** What its section `[databases]` says beside the address, by the node it leads to. */
  databases: Record<string, Record<string, string>>;
}

/** A network of the stack. */
export interface StackNetwork {
  name: string;
  driver: string;
  /** CIDR blocks; empty: the engine chooses. */
  subnets: string[];
  /** Services that are attached to it and are no PostgreSQL nodes. Absent: none. */
  guests?: string[];
}

/** What is under test. */
export interface Stack {
  /** Path as given. */
  file: string;
  /** Absolute paths of further compose files, laid over the first in order. */
  overlays?: string[];
  /** Absolute path of the folder that holds it; relative mounts start here. */
  directory: string;
  /** SHA-256, in hex, over the compose files and every configuration file they mount. */
  hash: string;
  /** Absolute paths of those files. */
  files?: string[];
  /** Primary first, then the replicas in the declared order. */
  nodes: StackNode[];
  networks: StackNetwork[];
  objectives: Objectives;
  /** Controls whose failing the stack itself declares (`x-pgproof.accepted`), each with the reason. */
  accepted?: Record<string, string>;
  /** Absent: the stack has none. */
  pooler?: StackPooler;
  /** Services that are not PostgreSQL nodes. */
  otherServices: string[];
  /** What the file uses that this reader cannot take into account, each with file:line. */
  unread: string[];
  /** Values that must never be shown: passwords found in the stack. */
  secrets: string[];
}
