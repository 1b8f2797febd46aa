import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { ScenarioError } from "./diagnostic.ts";
import { everyStep } from "./inner_steps.ts";
import type {
  BackgroundStep,
  EndStep,
  ExecStep,
  ExpectStep,
  FaultStep,
  ParallelStep,
  QueryStep,
  SqlStep,
  Step,
  UseStep,
} from "./model.ts";
import { parseScenario } from "./parse.ts";
import { nodes, registries } from "./testdata/registries.ts";
import type { FileText } from "./text_file.ts";

const folder = new URL("./testdata/", import.meta.url);

/** Files for `use` beside the bad ones; what others use is found in memory. */
function readText(path: string): FileText {
  const name = path.replace(/^bad\//, "");
  try {
    return { text: Deno.readTextFileSync(new URL(name, folder)) };
  } catch {
    return { problem: "there is no such file" };
  }
}

function parse(text: string, file = "x.yaml") {
  return parseScenario(file, text, { nodes, registries, readText });
}

/** The mistakes of a text; fails when there is none. */
function mistakes(text: string, file = "x.yaml") {
  try {
    parse(text, file);
  } catch (error) {
    if (error instanceof ScenarioError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

function filesIn(name: string): string[] {
  return [...Deno.readDirSync(new URL(name, folder))].map((entry) => entry.name).sort();
}

function stepsOf(text: string): Step[] {
  return parse(`scenario: x\n${text}`).steps;
}

Deno.test("parseScenario() tells every mistake of the bad files in full", async (t) => {
  const files = filesIn("bad/");
  ok(files.length >= 40);
  const told = files.map((file) => {
    const text = Deno.readTextFileSync(new URL(`bad/${file}`, folder));
    return mistakes(text, `bad/${file}`).message;
  });
  await t.assertSnapshot(told.join("\n\n\n"), { serializer: String });
});

Deno.test("parseScenario() reads every good file", () => {
  for (const file of filesIn("good/")) {
    const scenario = parse(Deno.readTextFileSync(new URL(`good/${file}`, folder)), file);
    ok(scenario.steps.length > 0);
    equal(scenario.file, file);
  }
});

Deno.test("parseScenario() puts the caret under the exact word", () => {
  const places: [steps: string, place: string, code: string][] = [
    ["  - sqll: select 1", "3:5", "unknown-verb"],
    ["  - expect: streaming\n    node: replicas\n    within: 10", "5:13", "bad-value"],
    ["  - sql: select 1\n    query: select 1", "4:5", "verb-count"],
    ["  - query: select 1\n    node: replica9\n    is: 1", "4:11", "unknown-node"],
    ["  - sql: insert into t values (1)\n    within: 5s", "4:5", "misplaced-word"],
  ];
  for (const [steps, place, code] of places) {
    const { diagnostics } = mistakes(`scenario: x\nsteps:\n${steps}\n`);
    deepEqual(diagnostics.map((each) => [`${each.line}:${each.column}`, each.code]), [[
      place,
      code,
    ]]);
  }
  const [twice] = mistakes("scenario: x\nscenario: y\nsteps:\n  - sql: select 1\n").diagnostics;
  deepEqual([twice!.line, twice!.column], [2, 1]);
});

Deno.test("parseScenario() resolves units and keeps places", () => {
  const [expect] = stepsOf(
    "steps:\n  - expect: lag_bytes\n    below: 16MB\n    within: 1.5min\n    for: 2s\n    every: 200ms\n",
  ) as ExpectStep[];
  deepEqual(expect, {
    id: "steps[0]",
    place: { line: 3, column: 5 },
    title: "expect lag_bytes below 16MB within 1.5min for 2s every 200ms",
    verb: "expect",
    fact: "lag_bytes",
    withinMs: 90_000,
    forMs: 2000,
    everyMs: 200,
    compare: { below: 16 * 1024 ** 2 },
    words: {},
  });
});

Deno.test("parseScenario() keeps the type of a constant and pastes it only into prose", () => {
  const steps = stepsOf(`vars: { count: 3, name: "3", list: [1, two], flag: true }
steps:
  - query: select :count
    is: \${count}
    name: there are \${count}
  - { query: select 1, is: "\${name}" }
  - { query: select 1, is: "\${list}" }
  - { query: select 1, is: "\${flag}" }
`) as QueryStep[];
  deepEqual(steps.map((step) => step.compare.is), [3, "3", [1, "two"], true]);
  equal(steps[0]!.title, "there are 3");
  equal(steps[0]!.sql, "select :count");
});

Deno.test("parseScenario() leaves saved names for the run", () => {
  const [, replayed, query] = stepsOf(`steps:
  - sql: select 1
    save: { written: lsn, seen: value }
  - expect: replayed
    lsn: \${written}
  - query: select :seen
    is: \${seen}
    lsn: \${written}
`) as [Step, ExpectStep, QueryStep];
  deepEqual(replayed.words, { lsn: { ref: "written" } });
  deepEqual([query.compare.is, query.lsn], [{ ref: "seen" }, { ref: "written" }]);
});

Deno.test("parseScenario() looks at the primary by default, or where a kind says", () => {
  const [sql, , point, expect] = stepsOf(`steps:
  - sql: select 1
  - set: { work_mem: 4MB, fsync: false }
  - do: checkpoint
  - expect: streaming
`) as [SqlStep, Step, { node: string } & Step, ExpectStep];
  deepEqual([sql.node, point.node, expect.node], ["primary", "primary", undefined]);
});

Deno.test("parseScenario() numbers nested steps and names a fault after its kind", () => {
  const [fault, after] = stepsOf(`steps:
  - fault: kill
    node: replica1
    while:
      - expect: streaming
        node: replica2
  - fault: slow_network
    between: [primary, replica1]
    delay: 5ms
    for: 3s
`) as FaultStep[];
  deepEqual([fault!.as, fault!.while!.map((step) => step.id)], ["kill", ["steps[0].while[0]"]]);
  deepEqual(after!.words, { between: ["primary", "replica1"], delay: 5 });
  equal(after!.title, "fault slow_network between [primary, replica1] delay 5ms for 3s");
});

Deno.test("parseScenario() reads each combination of a matrix with its values in place", () => {
  const scenario = parse(`scenario: dies by \${how}
vars: { table: t }
matrix:
  how: [kill, pause]
  limit: [1s, 2s]
  exclude:
    - { how: pause, limit: 1s }
steps:
  - fault: \${how}
    node: replica1
    while:
      - expect: streaming
        node: replica2
        within: \${limit}
  - fault: kill
    node: replica1
`);
  equal(scenario.name, "dies by ${how}");
  deepEqual(scenario.vars, { table: "t" });
  const variants = scenario.variants!.map(({ combination, scenario }) => {
    const fault = scenario.steps[0] as FaultStep;
    const { withinMs } = fault.while![0] as ExpectStep;
    return [combination, scenario.name, fault.fault, withinMs, scenario.vars.how];
  });
  deepEqual(variants, [
    [{ how: "kill", limit: "1s" }, "dies by kill", "kill", 1000, "kill"],
    [{ how: "kill", limit: "2s" }, "dies by kill", "kill", 2000, "kill"],
    [{ how: "pause", limit: "2s" }, "dies by pause", "pause", 2000, "pause"],
  ]);
  equal(parse("scenario: x\nsteps:\n  - expect: streaming\n").variants, undefined);
});

Deno.test("parseScenario() reads loads, the cluster and invariants", () => {
  const scenario = parse(`scenario: x
vars: { pad: abc, unused: 1 }
cluster:
  replicas: 2
  settings: { fsync: true, replica1: { work_mem: 4MB } }
load:
  orders:
    sql: [insert into s.orders values (:n, :pad), "select 1"]
    rate: 200/s
    ledger: s.orders.id
always:
  - expect: commit_rate
    of: orders
    above: 10/s
    every: 2s
    grace: 3s
    outside: kill
steps:
  - load: orders
  - fault: kill
    node: replica1
`);
  deepEqual(scenario.cluster, {
    replicas: 2,
    settings: { fsync: "on" },
    nodeSettings: { replica1: { work_mem: "4MB" } },
  });
  const [load] = scenario.load;
  deepEqual(load!.ledger, { table: "s.orders", column: "id" });
  deepEqual([load!.ratePerSecond, load!.vars], [200, { pad: "abc" }]);
  const [rule] = scenario.always;
  deepEqual([rule!.everyMs, rule!.graceMs, rule!.outside, rule!.id], [
    2000,
    3000,
    "kill",
    "always[0]",
  ]);
  equal(rule!.look.everyMs, undefined);
});

Deno.test("parseScenario() accepts a fault again after it has ended, and a load likewise", () => {
  const text = `load:
  orders: { sql: insert into t values (:n), rate: 1/s }
steps:
  - { fault: kill, node: replica1, as: outage }
  - end: outage
  - { fault: kill, node: replica1, as: outage, for: 1s }
  - { fault: kill, node: replica2, as: outage }
  - load: orders
  - end: orders
  - load: orders
  - expect: streaming
`;
  equal(stepsOf(text).length, 7 + 1);
});

Deno.test("parseScenario() does not follow one mistake by others that it causes", () => {
  const { diagnostics } = mistakes(`scenario: x
load:
  orders: { sql: insert into t values (:n), rate: 1/s }
steps:
  - laod: orders
  - sqll: select 1
    save: seen
  - query: select 1
    is: \${seen}
  - expect: no_lost_writes
    of: orders
  - end: orders
`);
  deepEqual(diagnostics.map((each) => each.line), [5, 6]);
});

Deno.test("parseScenario() bounds the work that a small file can cause", () => {
  const steps = "  - query: select 1\n    is: ${list}\n".repeat(900);
  const list = `vars: { list: [${"1,".repeat(1000)}] }`;
  const huge = mistakes(`scenario: x\n${list}\nsteps:\n${steps}`);
  match(huge.message, /too big to be read/);
  throws(() => parse("[".repeat(200_000)), ScenarioError);
  throws(() => parse("a".repeat(300_000)), /larger than 256kB/);
  const unknown = `scenario: x\nsteps:\n  - sql: ${"select :b ".repeat(20_000)}`;
  equal(mistakes(unknown).diagnostics.length, 1);
});

Deno.test("parseScenario() writes a repeated step out, with its item in place", () => {
  const steps = stepsOf(`vars: { nodes: [replica1, replica2] }
steps:
  - query: select :item
    node: \${item}
    is: \${item}
    repeat: \${nodes}
  - fault: pause
    as: f\${item}
    node: replica1
    repeat: 2
    while:
      - { query: "select :item", is: "\${item}", repeat: [a] }
`);
  const [one, two, first] = steps as [QueryStep, QueryStep, FaultStep];
  deepEqual([one.id, two.id], ["steps[0]#1", "steps[0]#2"]);
  deepEqual([two.node, two.compare.is, two.scope], ["replica2", "replica2", { item: "replica2" }]);
  equal(two.title, "query select :item on replica2 is replica2 (2 of 2)");
  deepEqual([first.as, first.scope], ["f1", { item: 1 }]);
  const inner = first.while![0] as QueryStep;
  deepEqual([inner.id, inner.compare.is], ["steps[1]#1.while[0]#1", "a"]);
  const ids = steps.flatMap(everyStep).map(({ id }) => id);
  equal(new Set(ids).size, 6);
});

Deno.test("parseScenario() reads lanes, each with what was saved before it", () => {
  const [, parallel, background, end, use] = stepsOf(`steps:
  - { sql: select 1, save: before }
  - parallel:
      one: [{ query: "select :before", is: 1 }, { sql: select 2, save: mine }]
      two: [{ query: "select :before", is: 1 }]
  - background:
      lane: [{ query: "select :mine", is: 2 }, { sql: select 3, save: late }]
  - end: lane
  - { query: "select :late", is: 3 }
`) as [Step, ParallelStep, BackgroundStep, EndStep, QueryStep];
  deepEqual(parallel.lanes.map(({ name, steps }) => [name, steps.length]), [["one", 2], [
    "two",
    1,
  ]]);
  equal(parallel.lanes[1]!.steps[0]!.id, "steps[1].parallel.two[0]");
  equal(background.lane.steps[1]!.id, "steps[2].background.lane[1]");
  deepEqual([parallel.title, background.title], ["parallel one, two", "background lane"]);
  deepEqual([end.target, end.compare, use.sql], ["lane", {}, "select :late"]);
});

Deno.test("parseScenario() reads used files with their values, places and names of their own", () => {
  const files: Record<string, string> = {
    "lib/one.yaml": `steps:
  - use: ../two.yaml
    with: { inner: "\${lsn}", table: "\${table}" }
needs: [lsn]
vars: { table: t, how: kill }
`,
    "two.yaml": `steps:
  - { query: "select :inner, :table", is: "\${inner}", name: "of \${table}", save: found }
needs: [inner, table]
`,
  };
  const scenario = parseScenario(
    "x.yaml",
    `scenario: x
vars: { how: pause }
steps:
  - { sql: select 1, save: { at: lsn } }
  - { use: lib/one.yaml, with: { lsn: "\${at}" } }
  - { query: "select :found", is: 1, lsn: "\${at}" }
`,
    { nodes, registries, readText: (path) => ({ text: files[path]! }) },
  );
  const outer = scenario.steps[1] as UseStep;
  const [inner] = (outer.steps[0] as UseStep).steps as [QueryStep];
  deepEqual([outer.file, inner.id], ["lib/one.yaml", "steps[1].use[0].use[0]"]);
  deepEqual(inner.place, { file: "two.yaml", line: 2, column: 5 });
  deepEqual(inner.scope, { inner: { ref: "at" }, table: "t" });
  deepEqual([inner.title, inner.compare.is], ["of t", { ref: "at" }]);
  const deep = (path: string) => ({ text: `steps:\n  - use: ${Number.parseInt(path) + 1}.yaml\n` });
  throws(
    () =>
      parseScenario("0.yaml", `scenario: x\n${deep("0.yaml").text}`, {
        nodes,
        registries,
        readText: deep,
      }),
    /more than 10 files use each other/,
  );
});

Deno.test("parseScenario() bounds what used files can cause", () => {
  const wide = "steps:\n" + "  - use: b.yaml\n".repeat(900);
  const files: Record<string, string> = {
    "a.yaml": wide,
    "b.yaml": wide.replaceAll("b.yaml", "c.yaml"),
    "c.yaml": `steps:\n  - { query: select 1, is: "\${list}" }\nvars: { list: [${
      "1,".repeat(9000)
    }] }\n`,
  };
  const readText = (path: string) => ({ text: files[path]! });
  throws(
    () =>
      parseScenario("x.yaml", "scenario: x\nsteps:\n  - use: a.yaml\n", {
        nodes,
        registries,
        readText,
      }),
    /too big to be read|at most 1000 steps/,
  );
});

Deno.test("parseScenario() decides conditions of variables, and leaves those of the run", () => {
  const steps = stepsOf(`vars: { how: kill, count: 3 }
steps:
  - { expect: streaming, when: how = kill }
  - { expect: streaming, when: [how != kill, count >= 3] }
  - { expect: streaming, when: [postgres >= 17, target = local, count < 2.5] }
  - { expect: streaming, when: false }
`);
  const holds = steps.map((step) => step.when!.map((each) => each.holds));
  deepEqual(holds, [[true], [false, true], [undefined, undefined, false], [false]]);
  deepEqual(steps[2]!.when![0], {
    text: "postgres >= 17",
    operator: ">=",
    operand: "17",
    subject: "postgres",
  });
});

Deno.test("parseScenario() reads commands, statements left running, and what to collect", () => {
  const scenario = parse(`scenario: x
retries: 2
collect:
  - { log: ERROR, node: replicas, name: complaints }
  - { query: select 1 }
steps:
  - { exec: ls -l, is: 3, save: out }
  - { exec: [ls, -l], error: 2, node: replica1 }
  - { sql: commit, session: a, blocks: 1s }
  - { end: a, is: unknown, matches: WARNING }
`);
  const [shell, program, hang, end] = scenario.steps as [ExecStep, ExecStep, SqlStep, EndStep];
  deepEqual([shell.command, shell.status, shell.compare], [["sh", "-c", "ls -l"], 0, { is: "3" }]);
  deepEqual([program.command, program.status, program.node], [["ls", "-l"], 2, "replica1"]);
  deepEqual([hang.session, hang.blocksMs], ["a", 1000]);
  deepEqual([end.target, end.compare], ["a", { is: "unknown", matches: "WARNING" }]);
  equal(scenario.retries, 2);
  deepEqual(scenario.collect, [
    { title: "complaints", node: "replicas", log: "ERROR" },
    { title: "query select 1 on all", node: "all", query: "select 1" },
  ]);
});

Deno.test("parseScenario() reads the changes of a cluster", () => {
  const { cluster } = parse(`scenario: x
cluster:
  upstream: { replica2: replica1 }
  slots: { replica1: one }
  archive: true
  synchronous: ANY 1 (replica1, replica2)
  checksums: false
  delay: { replica3: 1.5s }
  settings: { replica3: { work_mem: 1MB } }
steps:
  - expect: streaming
`);
  deepEqual(cluster, {
    settings: {},
    nodeSettings: { replica3: { work_mem: "1MB", recovery_min_apply_delay: "1500ms" } },
    upstream: { replica2: "replica1" },
    slots: { replica1: "one" },
    archive: true,
    synchronous: "ANY 1 (replica1, replica2)",
    checksums: false,
  });
});
