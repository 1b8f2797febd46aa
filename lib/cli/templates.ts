/**
 * What `new` writes: scenarios with comments that run and pass as they are.
 *
 * @module
 */

/** What a template is told. */
export interface TemplateWords {
  /** The `scenario:` line. */
  name: string;
  /** Path of the JSON Schema, as the file must name it. */
  schema: string;
  /** A replica of the stack, by name. */
  replica: string;
  /** Settings that the stack declares for all its nodes. */
  settings: Record<string, string>;
}

/** A kind of scenario that `new` can write. */
export interface Template {
  /** One line. */
  summary: string;
  /** The name when nobody chose one. */
  name: string;
  tags: string;
  body(words: TemplateWords): string;
}

const writeVisible: Template = {
  summary: "a write on the primary can be read on every replica",
  name: "A committed write is readable on every replica",
  tags: "replication",
  body: () =>
    `steps:
  - sql: create table item (id int primary key, words text not null)

  # The position in the WAL of this commit is kept by the name "written".
  - name: write on the primary
    sql: insert into item values (1, 'hello')
    save: { written: lsn }

  # Waits for that very position, not for a time that is hoped to be enough.
  - name: every replica replays the write
    expect: replayed
    node: replicas
    lsn: \${written}
    within: 5s
    measure: visibility_delay

  - name: and serves it
    query: select words from item where id = 1
    node: replicas
    is: hello
`,
};

const killAndResync: Template = {
  summary: "a replica dies under load, comes back and has everything",
  name: "A killed replica comes back and has every write",
  tags: "recovery",
  body: ({ replica }) =>
    `# A workload beside the steps. The ledger remembers which writes were acknowledged.
load:
  orders:
    sql: insert into orders (id) values (:n)
    rate: 100/s
    ledger: orders.id

# Sampled all the time, on connections of its own.
always:
  - name: there is exactly one primary
    expect: one_primary
    every: 500ms

setup:
  - sql: create table orders (id bigint primary key)

steps:
  - load: orders

  - name: ${replica} is killed while clients write
    fault: kill
    node: ${replica}
    # The fault lasts as long as these steps, and is healed after them.
    while:
      - name: the primary goes on serving
        expect: commit_rate
        of: orders
        at_least: 20/s
        within: 15s
        for: 1s

  - name: ${replica} streams again
    expect: streaming
    node: ${replica}
    within: 30s
    measure: rejoin_time

  - end: orders

  - name: every acknowledged write is on every node
    expect: no_lost_writes
    of: orders
    node: all
    within: 10s

  - name: all copies are the same
    expect: same_data
    node: all
    within: 10s
`,
};

const lag: Template = {
  summary: "how far replicas are behind under load, with a limit",
  name: "Replicas stay near under load",
  tags: "lag",
  body: () =>
    `load:
  orders:
    sql: insert into orders (id) values (:n)
    rate: 200/s
    clients: 2

# One sample above the limit may be chance; one second of them is not.
always:
  - name: no answer of a replica is too old
    expect: lag_time
    node: replicas
    below: 2s
    every: 250ms
    grace: 1s

setup:
  - sql: create table orders (id bigint primary key)

steps:
  - load: orders

  # A limit means nothing when the load is not there.
  - name: the load runs at its rate
    expect: commit_rate
    of: orders
    at_least: 20/s
    within: 15s
    for: 2s

  - name: how many bytes replicas are behind
    expect: lag_bytes
    node: replicas
    below: 16MB
    within: 5s
    measure: lag_bytes

  - end: orders

  - name: replicas drain what is left
    expect: caught_up
    node: replicas
    within: 10s
    measure: drain_time
`,
};

const failover: Template = {
  summary: "the primary dies, a person promotes a replica, nothing acknowledged is lost",
  name: "A failover by hand loses no acknowledged write",
  tags: "failover",
  body: () =>
    `load:
  orders:
    sql: insert into orders (id) values (:n)
    rate: 100/s
    ledger: orders.id

setup:
  - sql: create table orders (id bigint primary key)

steps:
  - load: orders
  - expect: commit_rate
    of: orders
    at_least: 20/s
    within: 15s
    for: 1s
  - end: orders

  # Replication is asynchronous: what has not reached a replica dies with the primary. Without this
  # step the scenario asks for more than an asynchronous stack can promise.
  - name: what was acknowledged has reached the replicas
    expect: caught_up
    node: replicas
    within: 10s

  # The role is found when the step starts. "as" gives the fault a name to end it by.
  - name: the primary dies
    fault: kill
    node: primary
    as: primary_death

  - name: reads go on
    query: select count(*) from orders
    node: replicas
    above: 0

  - name: a replica is promoted by hand
    do: promote
    node: most advanced replica
    measure: promotion_time

  - name: the others follow it
    do: follow
    node: replicas

  - name: the old primary is rebuilt as a replica
    do: rebuild
    node: old primary
  - end: primary_death

  - name: there is one primary
    expect: one_primary
    within: 5s

  - name: everyone else streams from it
    expect: streaming
    node: replicas
    within: 30s

  - name: nothing acknowledged was lost
    expect: no_lost_writes
    of: orders
    node: all
    within: 10s
`,
};

const settings: Template = {
  summary: "the declared settings are in effect on every node",
  name: "The settings that matter are in effect on every node",
  tags: "configuration",
  body: ({ settings }) => {
    const checks = Object.entries(settings).map(([name, value]) =>
      `  - expect: setting
    of: ${name}
    node: all
    is: ${/^[\w.-]+$/.test(value) ? value : JSON.stringify(value)}
`
    );
    return `# A setting in a file that no server reads protects nothing: ask the servers.
steps:
${checks.join("\n")}
  - name: no changed setting waits for a restart
    query: select count(*) from pg_settings where pending_restart
    node: all
    is: 0
`;
  },
};

/** By the word of `--what`. */
export const templates: ReadonlyMap<string, Template> = new Map(Object.entries({
  "write-visible": writeVisible,
  "kill-and-resync": killAndResync,
  lag,
  failover,
  settings,
}));

/** The text of a new scenario file. */
export function scenarioText(template: Template, words: TemplateWords): string {
  const name = /^[\w(][\w ,.'()-]*$/.test(words.name) ? words.name : JSON.stringify(words.name);
  return `# yaml-language-server: $schema=${words.schema}
scenario: ${name}
# Who is harmed when this does not hold? Reports print it.
why: ${template.summary.charAt(0).toUpperCase()}${template.summary.slice(1)}.
tags: [${template.tags}]

${template.body(words)}`;
}
