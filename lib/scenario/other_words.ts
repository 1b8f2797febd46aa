/**
 * Words that people bring along from other tools and from talking about replication, with the words
 * of this language that they may mean. Which of those can stand at a place, the caller knows.
 *
 * @module
 */

const meanings: Record<string, string> = {
  // Verbs.
  assert: "expect",
  check: "expect",
  verify: "expect",
  ensure: "expect",
  run: "sql exec",
  execute: "sql exec",
  statement: "sql",
  command: "exec",
  shell: "exec",
  select: "query",
  wait: "within sleep",
  inject: "fault",
  operation: "do",
  include: "use",
  import: "use",
  // Nodes.
  standby: "replicas",
  standbys: "replicas",
  replica: "replicas",
  slave: "replicas",
  slaves: "replicas",
  secondary: "replicas",
  secondaries: "replicas",
  leader: "primary",
  master: "primary",
  main: "primary",
  // Adjectives.
  timeout: "within",
  until: "within",
  retry: "within",
  duration: "for",
  interval: "every",
  server: "node",
  host: "node",
  where: "node",
  equals: "is",
  equal: "is",
  result: "is",
  returns: "is",
  contains: "matches",
  regex: "matches",
  min: "at_least",
  max: "at_most",
  less_than: "below",
  greater_than: "above",
  sqlstate: "error",
  user: "as",
  role: "as",
  // Top-level words.
  title: "scenario name",
  description: "why name",
  variables: "vars",
  params: "vars matrix",
  parameters: "vars matrix",
  labels: "tags",
  before: "setup",
  prepare: "setup",
  after: "finally",
  cleanup: "finally",
  teardown: "finally",
  invariants: "always",
  workload: "load",
  workloads: "load",
  test: "steps",
  // Facts, faults and operations.
  lag: "lag_bytes lag_time",
  in_sync: "caught_up",
  synced: "caught_up",
  identical: "same_data",
  consistent: "same_data",
  split_brain: "one_primary",
  data_loss: "no_lost_writes",
  is_primary: "role",
  sigkill: "kill",
  sigstop: "pause",
  freeze: "pause",
  latency: "slow_network",
  packet_loss: "slow_network",
  network_partition: "partition",
  failover: "promote switchover",
  basebackup: "backup rebuild",
  reclone: "rebuild",
  demote: "follow",
};

/** What a word of another tool may mean among the words that can stand there. */
export function meant(word: string, known: ReadonlySet<string>): string[] {
  const found = meanings[word.toLowerCase()]?.split(" ") ?? [];
  return found.filter((each) => known.has(each));
}
