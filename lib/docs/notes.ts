/**
 * What the grammar has no room to say: of words that mean the same everywhere, of verbs whose kinds
 * say the rest, of roles and of exit codes. A word that the grammar describes is not told here.
 *
 * @module
 */
import type { roleSelectors } from "../cluster/roles.ts";
import type { exitCodes } from "../result/exit.ts";

/** A word of the language in a line, and values that show it. */
export interface Note {
  summary: string;
  examples?: unknown[];
}

/** Adjectives and top-level words, wherever they stand; `VERB WORD` or `KIND WORD` where one has its own. */
export const wordNotes: Record<string, Note> = {
  sql: { summary: "a statement, run once and never repeated", examples: ["select 1"] },
  query: {
    summary: "SQL that only reads; it may be repeated",
    examples: ["select count(*) from t"],
  },
  expect: { summary: "judges a fact about the cluster" },
  fault: { summary: "makes something bad happen to the stack, proves that it bit, and heals it" },
  do: { summary: "a planned operation, as an operator would do it" },
  set: { summary: "changes settings by ALTER SYSTEM until the end of the scenario" },
  load: { summary: "named workloads that run beside the steps" },
  end: { summary: "the name of a load or fault that ends here", examples: ["orders"] },
  sleep: { summary: "how long to wait; there is nearly always something better to wait for" },
  because: {
    summary: "why nothing better than waiting is possible",
    examples: ["the lease is 5s"],
  },
  name: { summary: "what this step is for", examples: ["replica1 comes back"] },
  node: {
    summary: "where: a node's name, or a role",
    examples: ["primary", "replicas", "replica1"],
  },
  while: { summary: "steps performed while the fault lasts; it ends with them" },
  within: { summary: "must become true before this long has passed", examples: ["10s"] },
  for: { summary: "must stay true, or is held, this long", examples: ["3s"] },
  every: { summary: "sampling interval", examples: ["500ms"] },
  grace: { summary: "how long it may be false before that counts", examples: ["1s"] },
  during: { summary: "judge only while this fault is active", examples: ["master_death"] },
  outside: { summary: "judge only while this fault is not active", examples: ["master_death"] },
  measure: { summary: "keep what was measured by this name", examples: ["rejoin_time"] },
  save: { summary: "keep what came back by a name", examples: [{ written: "lsn" }] },
  session: { summary: "keep the connection by this name", examples: ["clerk"] },
  as: { summary: "the role to log in as, or the name of a fault", examples: ["auditor"] },
  through: { summary: "connect through a pooler, which is started", examples: ["pooler"] },
  error: { summary: "expected error", examples: ["read_only_sql_transaction", "25006"] },
  blocks: { summary: "expected to hang at least this long", examples: ["3s"] },
  lsn: { summary: "a log position, saved by an earlier step", examples: ["${written}"] },
  of: { summary: "what the fact is about", examples: ["orders"] },
  is: { summary: "must equal this", examples: [1, "replica", [3, "streaming"]] },
  not: { summary: "must not equal this", examples: [0] },
  below: { summary: "must be less than this", examples: [10] },
  above: { summary: "must be more than this", examples: [0] },
  at_most: { summary: "must be this or less", examples: [10] },
  at_least: { summary: "must be this or more", examples: [1] },
  matches: { summary: "must match this regular expression", examples: ["^stream"] },
  lacks: { summary: "must not match this regular expression", examples: ["PANIC|FATAL"] },
  scenario: {
    summary: "what it shows, in a sentence",
    examples: ["A write is visible everywhere"],
  },
  why: { summary: "its purpose, printed in reports", examples: ["Reads go to replicas."] },
  remedy: {
    summary: "what to do when it fails, for the page of scenarios",
    examples: ["Read the log of the replica."],
  },
  tags: { summary: "words to select by: `--tag 'smoke and not slow'`", examples: [["smoke"]] },
  controls: { summary: "compliance ids and claims it is evidence for", examples: [["claim:A2"]] },
  requires: { summary: "what the target must be able to do", examples: [["postgres>=16"]] },
  cluster: { summary: "what it changes of the stack", examples: [{ settings: { jit: false } }] },
  vars: { summary: "constants: `${name}`, in SQL `:name`", examples: [{ rows: 100 }] },
  matrix: { summary: "axes; every combination is a case", examples: [{ how: ["kill", "crash"] }] },
  always: { summary: "invariants: what must hold all the time" },
  setup: { summary: "steps before the invariants are watched" },
  steps: {
    summary: "what is done and judged, in order",
    examples: [[{ expect: "streaming", node: "replicas" }]],
  },
  finally: { summary: "steps that run however it went" },
  timeout: { summary: "limit of the whole scenario", examples: ["2min"] },
  seed: { summary: "fixes every random choice", examples: [42] },
  clients: { summary: "connections that write at once", examples: [4] },
  draw: {
    summary: "names that each operation of a load draws anew, from the seed",
    examples: [{ account: { zipfian: [1, 1000] }, kind: { choice: ["in", "out"] } }],
  },
  read: { summary: "the load only reads; what each read found is kept", examples: [true] },
  pgbench: {
    summary: "a script for pgbench, which drives the load",
    examples: ["\\set a random(1, 9)\ninsert into t values (:a);"],
  },
  workload: { summary: "statements of the harness's own", examples: ["sessions"] },
  readers: { summary: "where its clients read", examples: ["replicas", "all"] },
  isolation: { summary: "of its transactions", examples: ["repeatable read"] },
  model: { summary: "how strictly", examples: ["snapshot isolation"] },
  quantile: { summary: "of all writes", examples: ["p99", "max"] },
  per: { summary: "for each session, or for each node", examples: ["node"] },
  rate: { summary: "operations per second", examples: ["200/s", "max"] },
  ledger: { summary: "`table.column` that holds `:n` of each write", examples: ["orders.id"] },
  settings: { summary: "settings by name", examples: [{ work_mem: "8MB" }] },
  replicas: { summary: "how many of the replicas take part", examples: [1] },
  exclude: { summary: "combinations to leave out", examples: [[{ how: "kill" }]] },
  exec: { summary: "a command in a node: a text for the shell, or a list", examples: ["date"] },
  use: { summary: "performs the steps of another file", examples: ["steps/catch-up.yaml"] },
  with: { summary: "the values that the used steps need", examples: [{ table: "orders" }] },
  parallel: { summary: "named lanes of steps, performed at the same time" },
  background: { summary: "one named lane of steps, which runs until end waits for it" },
  random: {
    summary: "faults, of which chance draws one after the other",
    examples: [[{ fault: "kill", node: "all" }, { fault: "partition", node: "replicas" }]],
  },
  when: { summary: "perform it only where this holds", examples: ["postgres >= 17"] },
  repeat: { summary: "write the step out so often, or once for each item", examples: [3] },
  since: { summary: "name of the step to look from", examples: ["the primary dies"] },
  mode: { summary: "how the server is told to shut down", examples: ["fast", "immediate"] },
  upstream: { summary: "which node a replica follows", examples: [{ replica2: "replica1" }] },
  slots: { summary: "a slot for every replica, or by name", examples: [true] },
  archive: { summary: "archive WAL", examples: [true] },
  synchronous: { summary: "synchronous_standby_names", examples: ["FIRST 1 (replica1)"] },
  checksums: { summary: "data checksums on or off", examples: [true] },
  delay: { summary: "how much later a replica replays", examples: [{ replica3: "5s" }] },
  collect: { summary: "evidence to gather at the end", examples: [[{ log: "checkpoint" }]] },
  retries: { summary: "how often an error is tried again; a failure never", examples: [1] },
  "end error": { summary: "the error it must have ended with", examples: ["query_canceled"] },
  "end is": { summary: "what became of the statement", examples: ["acknowledged", "unknown"] },
  "end not": { summary: "what did not become of the statement", examples: ["acknowledged"] },
  "exec is": { summary: "what it writes", examples: ["ok"] },
  "exec not": { summary: "what it does not write", examples: ["failed"] },
  "exec error": { summary: "expected exit status", examples: [1] },
  "exec save": { summary: "keep its output by this name", examples: ["clock"] },
  after: { summary: "how many acknowledged writes come first", examples: ["500 writes"] },
  at_lsn: { summary: "a log position, saved by an earlier step", examples: ["${written}"] },
  process: { summary: "which kind of process", examples: ["walreceiver", "checkpointer"] },
  by: { summary: "SIGKILL or SIGTERM", examples: ["terminate"] },
  slot: { summary: "name of a slot", examples: ["replica1_slot"] },
  setting: { summary: "name of a setting", examples: ["primary_conninfo"] },
  value: { summary: "what it is set to", examples: ["host=nowhere"] },
  table: { summary: "name of a table", examples: ["orders"] },
  "archived of": { summary: "a segment's name", examples: ["000000010000000000000003"] },
  folder: { summary: "a folder as the servers see it", examples: ["/var/lib/postgresql/archive"] },
  label: { summary: "the text of backup_label, saved by a step", examples: ["${label}"] },
  driver: { summary: "how the network is made", examples: ["bridge"] },
  subnet: { summary: "its addresses", examples: ["172.18.0.0/16"] },
  tables: { summary: "tables to compare; default: all", examples: [["orders"]] },
};

/** What each role means. */
export const roleNotes: Record<typeof roleSelectors[number], string> = {
  primary: "the one server that takes writes now, whatever its name is",
  replicas: "every server that is a replica now; one that does not answer keeps its last role",
  all: "every server of the cluster",
  "any replica": "one replica, chosen by the seed",
  "old primary": "the server that was primary before the last promotion",
  "most advanced replica": "the replica that has received most; the one to promote",
};

/** What each exit code of a finished run means. */
export const exitNotes: Record<keyof typeof exitCodes, string> = {
  passed: "everything passed",
  failed: "a check failed: the stack does not do what it should; lint --strict: a smell was found",
  error: "pgproof could not decide: environment, undo, no evidence",
  nothingSelected: "nothing was selected",
  nothingRun: "everything selected was skipped or cannot run here",
  interrupted: "interrupted, after everything was undone",
};
