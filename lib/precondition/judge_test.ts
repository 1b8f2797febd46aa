import { deepEqual, equal, match } from "node:assert/strict";
import type { ClusterChange } from "../scenario/model.ts";
import { judgeAll } from "./check.ts";
import { panicPattern } from "./panics.ts";
import { preconditions } from "./registry.ts";
import type { Sight } from "./sight.ts";

const none: ClusterChange = { settings: {}, nodeSettings: {} };

const settings = {
  block_size: "8192",
  wal_block_size: "8192",
  segment_size: "131072",
  wal_segment_size: "16777216",
  server_encoding: "UTF8",
  data_checksums: "on",
  wal_level: "replica",
  wal_log_hints: "off",
  fsync: "on",
  full_page_writes: "on",
  max_connections: "100",
  max_worker_processes: "8",
  max_wal_senders: "10",
  max_prepared_transactions: "2",
  max_locks_per_transaction: "64",
  recovery_target: "",
  recovery_target_lsn: "",
  recovery_target_name: "",
  recovery_target_time: "",
  recovery_target_xid: "",
  recovery_target_timeline: "latest",
  timezone: "UTC",
};

function sight(node: string, changes: Partial<Sight> = {}): Sight {
  const isReplica = node !== "master";
  return {
    node,
    role: isReplica ? "replica" : "primary",
    ...(isReplica ? { upstream: "master" } : {}),
    version: 180004,
    server: `started ${node}`,
    systemIdentifier: "7401",
    isReplica,
    replay: isReplica ? "not paused" : null,
    receiver: isReplica
      ? { status: "streaming", host: "master", port: 5432, node: "master", isDeclared: true }
      : null,
    settings,
    pending: [],
    idleSlots: [],
    prepared: [],
    answers: { "points in time": "2024-01-31 12:00:00+00" },
    panics: [],
    ...changes,
  };
}

/** What does not hold on master, replica1 as changed, and replica2: `name: node what`. */
function broken(changes: Partial<Sight>, change: Partial<ClusterChange> = {}): string[] {
  const sights = [sight("master"), sight("replica1", changes), sight("replica2")];
  return told(judgeAll(sights, { change: { ...none, ...change }, refusals: [] }));
}

function told(found: ReturnType<typeof judgeAll>): string[] {
  return found.flatMap(({ precondition, broken }) =>
    broken.map(({ node, seen }) => `${precondition.name}: ${node} ${seen}`)
  );
}

const idle = { name: "old", type: "physical", status: "reserved", bytes: 16 * 1024 * 1024 };
const stream = { status: "streaming", host: "10.0.0.9", port: 5432, isDeclared: false };

/** A fault of replica1, and what is said of it; each precondition has one at least. */
const faults: Record<string, [Partial<Sight>, RegExp][]> = {
  identity: [[{ server: "started master" }, /^replica1 answers as the same server as master$/]],
  versions: [[{ version: 170004 }, /^replica1 has PostgreSQL 17, master has 18$/]],
  system_identifier: [[{ systemIdentifier: "7402" }, /identifier 7402, master has.* 7401$/]],
  roles: [[{ isReplica: false, replay: null }, /^replica1 is a primary, declared as replica$/]],
  panics: [[
    { panics: ["PANIC:  could not write to file", "PANIC:  again"] },
    /^replica1 logged "PANIC: {2}could not write to file" and 1 more$/,
  ]],
  floors: [
    [{ settings: { ...settings, max_connections: "50" } }, /max_connections 50, master has 100$/],
    [{ settings: { ...settings, max_worker_processes: "7" } }, /max_worker_processes 7/],
    [{ settings: { ...settings, max_wal_senders: "9" } }, /max_wal_senders 9/],
    [{ settings: { ...settings, max_prepared_transactions: "0" } }, /_prepared_transactions 0/],
    [{ settings: { ...settings, max_locks_per_transaction: "10" } }, /_locks_per_transaction 10/],
  ],
  recovery_targets: [
    [{ settings: { ...settings, recovery_target_lsn: "0/3000000" } }, /target_lsn 0\/3000000$/],
    [{ settings: { ...settings, recovery_target_timeline: "current" } }, /timeline current$/],
  ],
  pending_restart: [[{ pending: ["shared_buffers"] }, /waits for a restart with shared_buffers$/]],
  settings: [
    [{ settings: { ...settings, wal_level: "minimal" } }, /wal_level minimal, .*replica$/],
    [{ settings: { ...settings, full_page_writes: "off" } }, /full_page_writes off/],
    [{ settings: { ...settings, data_checksums: "off" } }, /data_checksums off/],
  ],
  answers: [[
    {
      answers: { "points in time": "2024-01-31 13:00:00+01" },
      settings: { ...settings, timezone: "Europe/Berlin" },
    },
    /for points in time "2024-01-31 13:00:00\+01".*\(timezone Europe\/Berlin, not UTC\)$/,
  ]],
  upstreams: [
    [{ receiver: null }, /^replica1 runs no WAL receiver, should receive from master$/],
    [{ receiver: { ...stream, node: "replica2" } }, /^replica1 receives from replica2, should/],
    [{ receiver: stream }, /^replica1 receives from 10\.0\.0\.9:5432, which is no node/],
    [
      { receiver: { ...stream, node: "master", status: "waiting" } },
      /^replica1 has a WAL receiver that is waiting$/,
    ],
  ],
  replay: [[{ replay: "paused" }, /^replica1 says of its replay: paused$/]],
  slots: [
    [{ idleSlots: [{ ...idle, restart: "0/3000000" }] }, /physical slot old, .* 16MB .*reserved/],
    [{ idleSlots: [{ ...idle, restart: null, status: "lost" }] }, /slot old, .* has lost its WAL$/],
  ],
  prepared_transactions: [[
    { prepared: ["transaction 'x' of bob in shop, prepared at noon"] },
    /^replica1 has transaction 'x' of bob in shop, prepared at noon$/,
  ]],
};

Deno.test("judgeAll() has nothing to say of servers that are as they should be", () => {
  deepEqual(broken({}), []);
  // What is another one's name, or belongs to nobody's WAL, is no fault.
  deepEqual(broken({ settings: { ...settings, timezone: "Etc/UTC", max_connections: "200" } }), []);
  deepEqual(broken({ version: 180005 }), []);
  deepEqual(broken({ idleSlots: [{ ...idle, restart: null, status: null, bytes: null }] }), []);
  deepEqual(broken({ receiver: { ...stream, isDeclared: true } }), []);
});

Deno.test("every precondition has a fault here", () => {
  deepEqual(Object.keys(faults), preconditions.map(({ name }) => name));
});

for (const [name, cases] of Object.entries(faults)) {
  Deno.test(`judgeAll() says what breaks ${name}, and where`, () => {
    for (const [changes, seen] of cases) {
      const [found, ...more] = broken(changes);
      deepEqual(more, []);
      match(found ?? "nothing", new RegExp(`^${name}: `));
      match(found!.slice(name.length + 2), seen);
    }
  });
}

Deno.test("judgeAll() tells of a server that lets nobody in", () => {
  const refusals = [{ node: "replica1", seen: "lets nobody in: 57P03" }];
  const found = judgeAll([sight("master"), sight("replica2")], { change: none, refusals });
  deepEqual(told(found), ["roles: replica1 lets nobody in: 57P03"]);
});

Deno.test("what the scenario arranges itself breaks no precondition", () => {
  const on = (values: Record<string, string>) => ({ nodeSettings: { replica1: values } });
  const changed = (values: Record<string, string>) => ({ settings: { ...settings, ...values } });
  const arranged: [Partial<Sight>, Partial<ClusterChange>][] = [
    [
      { ...faults.answers![0]![0] },
      on({ TimeZone: "Europe/Berlin" }),
    ],
    [changed({ fsync: "off" }), on({ fsync: "off" })],
    [changed({ recovery_target_timeline: "current" }), on({ recovery_target_timeline: "current" })],
    [
      { ...changed({ recovery_target_lsn: "0/3" }), replay: "paused" },
      on({ recovery_target_lsn: "0/3" }),
    ],
    [
      { ...changed({ max_connections: "90" }), replay: "paused" },
      { nodeSettings: { master: { max_connections: "100" } } },
    ],
    [{ receiver: null }, on({ primary_conninfo: "host=nowhere" })],
  ];
  for (const [changes, change] of arranged) {
    equal(broken(changes).length > 0, true);
    deepEqual(broken(changes, change), []);
    // The same setting for every node does not make one node another.
    const { replica1 = {} } = change.nodeSettings!;
    const isForAll = Object.keys(replica1).some((name) => /recovery|conninfo/.test(name));
    if (!isForAll) equal(broken(changes, { settings: replica1 }).length > 0, true);
  }
});

Deno.test("panicPattern finds a server's own PANIC and no quotation of one", () => {
  const lines = [
    '2026-11-26 08:00:00.000 UTC [71] PANIC:  could not open file "global/pg_control"',
    '2026-11-26 08:00:00.000 UTC,,,71,,6a,1,,2026-11-26,,0,PANIC,58P01,"could not open file"',
    '{"timestamp":"2026-11-26","pid":71,"error_severity":"PANIC","message":"could not open"}',
  ];
  deepEqual(lines.filter((line) => !panicPattern.test(line)), []);
  const others = [
    "2026-11-26 08:00:00.000 UTC [71] LOG:  PANIC:  says a user",
    "2026-11-26 08:00:00.000 UTC [71] STATEMENT:  select 'PANIC:  no'",
    "database system was interrupted",
  ];
  deepEqual(others.filter((line) => panicPattern.test(line)), []);
});
