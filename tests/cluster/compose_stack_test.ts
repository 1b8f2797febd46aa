/**
 * The stack as its user runs it: the documented commands, the documented ports, no harness between.
 *
 * @module
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { docker } from "../../lib/cluster/compose/command.ts";
import type { Node } from "../../lib/cluster/model.ts";
import { readStack } from "../../lib/stack/read.ts";
import { sleep } from "../../lib/time/sleep.ts";
import { ask, checkout, composeTest, until } from "./compose_fixture.ts";

const names = `select string_agg(application_name, ',' order by application_name)
  from pg_stat_replication where state = 'streaming' and sync_state = 'async'`;
const all = "replica1,replica2,replica3";

/** What the README says under this heading, line by line. */
async function readmeCommands(): Promise<string[]> {
  const readme = await Deno.readTextFile("README.md");
  const section = /\n## The stack by hand\n([^]*?)\n## /.exec(readme)?.[1] ?? "";
  const commands = [...section.matchAll(/^ {4}(\S.*)$/gm)].map(([, line]) => line!);
  assert(commands.some((line) => /^docker compose up\b/.test(line)), section);
  return commands;
}

/** In a shell, in the folder, one after the other. */
async function typeAsWritten(
  commands: readonly string[],
  cwd: string,
  signal: AbortSignal,
): Promise<void> {
  for (const line of commands) {
    const typed = new Deno.Command("sh", { args: ["-c", line], cwd, stdin: "null", signal });
    const { success, stderr } = await typed.output();
    assert(success, `${line}: ${new TextDecoder().decode(stderr)}`);
  }
}

composeTest(
  "The README's commands, typed as written, bring up a stack that looks after itself",
  async (t, signal) => {
    const directory = await checkout({ isFresh: true });
    const stack = await readStack(join(directory, "compose.yaml"));
    const compose = (...args: string[]) =>
      docker(["compose", "--project-directory", directory, ...args], signal);
    const nodes = stack.nodes.map((declared, index) => ({
      name: declared.name,
      address: { host: "127.0.0.1", port: 5532 + index },
      declared,
    } as unknown as Node));
    const [master, replica1] = nodes as [Node, Node];
    const health = async () => {
      const lines = await compose("ps", "--all", "--format", "{{.Service}} {{.Health}}");
      return lines.trim().split("\n").toSorted().join(", ");
    };
    try {
      await typeAsWritten(await readmeCommands(), directory, signal);
      await t.step("each port leads to its own node, every replica streams", async () => {
        await until(master, names, all, signal);
        await ask(master, "create table kept as select 7 as n", signal);
        for (const node of nodes) {
          await until(node, "select n from kept", 7, signal);
          assert.equal(await ask(node, "show cluster_name", signal), node.name);
        }
        const conninfo = "select current_setting('primary_conninfo')";
        const declared = "host=master port=5432 user=myuser password=mypassword";
        assert.equal(await ask(replica1, conninfo, signal), declared);
      });

      await t.step("stopping is a clean shutdown of every node", async () => {
        await compose("stop");
        const codes = await compose("ps", "--all", "--format", "{{.ExitCode}}");
        assert.equal(codes.trim(), "0\n0\n0\n0");
        const log = await compose("logs", "--no-log-prefix", "master");
        assert.match(log, /database system is shut down\s*$/);
      });

      await t.step("data survive new containers, and nothing is cloned again", async () => {
        await compose("down");
        await compose("up", "-d");
        await until(master, names, all, signal);
        for (const node of nodes) await until(node, "select n from kept", 7, signal);
        assert.doesNotMatch(await compose("logs"), /entrypoint: (cloned|initialised)/);
      });

      await t.step("a clone that was interrupted begins afresh", async () => {
        const data = join(directory, "pg_slave_data1");
        await compose("stop", "replica1");
        for await (const { name } of Deno.readDir(data)) {
          await Deno.remove(join(data, name), { recursive: true });
        }
        await compose("start", "replica1");
        const begun = () => Deno.stat(join(data, "pgdata.partial", "base")).catch(() => undefined);
        while (!await begun()) await sleep(5, signal);
        await compose("kill", "replica1");
        const left = [...Deno.readDirSync(data)].map(({ name }) => name);
        assert.deepEqual(left, ["pgdata.partial"], "killed while cloning");
        await compose("start", "replica1");
        await until(master, names, all, signal);
        await until(replica1, "select n from kept", 7, signal);
        assert(await begun() === undefined);
      });

      await t.step("health says whether a replica streams", async () => {
        const until = async (expected: string) => {
          for (let seen = ""; (seen = await health()) !== expected;) {
            assert(!signal.aborted, `expected ${expected}, but ${seen}`);
            await sleep(250, signal);
          }
        };
        await until("master healthy, replica1 healthy, replica2 healthy, replica3 healthy");
        await compose("stop", "master");
        await until("master , replica1 unhealthy, replica2 unhealthy, replica3 unhealthy");
        await compose("start", "master");
        await until("master healthy, replica1 healthy, replica2 healthy, replica3 healthy");
      });

      await t.step("a health check that Docker ends does the server no harm", async () => {
        // A session takes longer to begin than a check may take.
        const slow = join(directory, "slow.yaml");
        await Deno.writeTextFile(
          slow,
          `services:
  master:
    environment: { PGOPTIONS: -c post_auth_delay=3 }
    healthcheck: { interval: 1s, timeout: 1s }
`,
        );
        await compose("-f", join(directory, "compose.yaml"), "-f", slow, "up", "-d", "master");
        const [id = ""] = (await compose("ps", "--quiet", "master")).split("\n");
        const ended = async () => {
          const format = "{{range .State.Health.Log}}{{.Output}}{{end}}";
          const said = await docker(["inspect", "--format", format, id], signal);
          return said.match(/exceeded timeout/g)?.length ?? 0;
        };
        // By then whatever the first of them left has long come to its end.
        while (await ended() < 4) await sleep(250, signal);
        const log = await compose("logs", "--no-log-prefix", "master");
        assert.doesNotMatch(log, /terminated by signal|reinitializing/);
      });

      const { image } = stack.pooler!;
      const isHere = await docker(["image", "inspect", image], signal).then(
        () => true,
        () => false,
      );
      const isRequired = /\bpooler\b/.test(Deno.env.get("PGPROOF_REQUIRE") ?? "");
      await t.step({
        name: isHere ? "clients of the pooler reach each node" : `ignored: there is no ${image}`,
        ignore: !isHere && !isRequired,
        fn: async () => {
          await compose("--profile", "pooler", "up", "-d", "pooler");
          for (const { name, declared } of nodes) {
            const pooled = {
              name,
              address: { host: "127.0.0.1", port: 6432 },
              declared: { ...declared, user: "anybody", password: "", database: name },
            } as unknown as Node;
            await until(pooled, "show cluster_name", name, signal);
          }
        },
      });
    } finally {
      await compose("--profile", "pooler", "down", "--volumes");
      await Deno.remove(directory, { recursive: true });
    }
  },
);
