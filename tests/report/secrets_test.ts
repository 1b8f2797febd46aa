/**
 * A password that was planted in SQL, in a connection string, in a log, in an argument and in a file
 * of scenarios is in no report of any format, in no form.
 */
import { deepEqual, ok } from "node:assert/strict";
import { join } from "node:path";
import { declaredChanges } from "../../lib/compare/changes.ts";
import { renderComparison } from "../../lib/compare/markdown.ts";
import { maskComparison } from "../../lib/compare/mask.ts";
import type { Comparison } from "../../lib/compare/model.ts";
import { withSides } from "../../lib/compare/testdata/sides.ts";
import { formatComparison } from "../../lib/compare/text.ts";
import { formats } from "../../lib/report/registry.ts";
import { formatSummary } from "../../lib/report/summary.ts";
import type { EventBody } from "../../lib/result/event.ts";
import { foldEvents, readEvents } from "../../lib/result/fold.ts";
import type { Result } from "../../lib/result/model.ts";
import { openEventSink } from "../../lib/result/sink.ts";
import { mixedRun, sources } from "../../lib/result/testdata/mixed_run.ts";

const secret = `s3cr3t'"&<>|\\ pass`;

/** As somebody may have written it. */
const planted = [
  `alter role rep password '${secret.replaceAll("'", "''")}'`,
  `host=master user=rep password='${secret.replace(/['\\]/g, "\\$&")}'`,
  `postgres://rep:${encodeURIComponent(secret)}@master/mydb`,
  `2026-01-02 03:04:06 UTC LOG:  statement: ${secret}`,
];

/** What is left of the secret in a report, however the format escapes it. */
const traces = [
  "s3cr3t",
  encodeURIComponent(secret),
  new TextEncoder().encode(secret).toBase64(),
];

/** The run with the secret in every text of it that comes from people or servers. */
async function leakyRun(secrets: string[]): Promise<Result> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "events.ndjson");
    const sink = openEventSink(path, { secrets });
    for (const { t: _t, at: _at, ...body } of mixedRun()) sink.emit(leaky(body as EventBody));
    sink.close();
    return foldEvents(readEvents(await Deno.readTextFile(path)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A value of the matrix is in the id of its case. */
function leaky(body: EventBody): EventBody {
  const said = leakyText(body);
  const idOf = (id: string) => `${id}[password=${secret}]`;
  if (said.type === "run-started") {
    return { ...said, cases: said.cases.map((head) => ({ ...head, id: idOf(head.id) })) };
  }
  return "case" in said && said.case !== undefined ? { ...said, case: idOf(said.case) } : said;
}

function leakyText(body: EventBody): EventBody {
  const [sql, conninfo, url, log] = planted as [string, string, string, string];
  switch (body.type) {
    case "run-started":
      return {
        ...body,
        argv: [...body.argv, url],
        sources: Object.fromEntries(
          [...sources].map(([file, text]) => [file, `${text}\n# ${sql}`]),
        ),
        target: { ...body.target, description: conninfo },
        cases: body.cases.map((head) => ({
          ...head,
          name: `${head.name} ${conninfo}`,
          why: sql,
          combination: { ...head.combination, conninfo },
          steps: head.steps.map((step) => ({ ...step, title: `${step.title} ${sql}` })),
        })),
      };
    case "cluster-created":
      return { ...body, translations: [...body.translations, conninfo] };
    case "fault":
      return { ...body, proof: url };
    case "note":
      return { ...body, text: `${body.text} ${conninfo}` };
    case "case-ended":
      return { ...body, ...(body.reason ? { reason: `${body.reason} ${url}` } : {}) };
    case "step-ended": {
      const { problem } = body;
      return {
        ...body,
        evidence: [...body.evidence, {
          kind: "log",
          node: "master",
          text: log,
          data: { conninfo },
        }],
        ...(problem ? { problem: { ...problem, seen: sql, notes: planted } } : {}),
      };
    }
    default:
      return body;
  }
}

/** The formats, and the console, in which a trace is. */
function leaks(result: Result): string[] {
  const texts = [...formats.values()].map(({ name, render }) => [name, render(result)] as const);
  const summary = formatSummary(result, {
    sources: new Map(Object.entries(result.run.sources ?? {})),
    color: true,
    verbose: true,
  });
  return [...texts, ["summary", summary] as const]
    .filter(([, text]) => traces.some((trace) => text.includes(trace)))
    .map(([name]) => name);
}

Deno.test("a planted password is in no report", async () => {
  deepEqual(leaks(await leakyRun([secret])), []);
});

Deno.test("a password that nobody masks would be seen by this test in nearly every report", async () => {
  const found = leaks(await leakyRun([]));
  const silent = [...formats.keys()].filter((name) => !found.includes(name));
  // Totals, and names of controls: nothing that people or servers wrote is in them.
  deepEqual(silent, ["github-output"]);
  ok(found.includes("summary"));
});

/** Every output of a comparison whose head has another password, in several places. */
async function comparisonTexts(isMasked: boolean): Promise<string[]> {
  const texts: string[] = [];
  const conninfo = `host=master user=rep password=${plain}`;
  await withSides({
    "compose.yaml": (text) => text.replaceAll("mypassword", plain),
    "fixtures/postgres/postgresql.conf": (text) => `${text}primary_conninfo = '${conninfo}'\n`,
  }, async (base, head) => {
    const problem = { side: "head" as const, file: "a.yaml", line: 1, step: "", text: conninfo };
    const tally = { passed: 0, failed: 1, error: 0, waived: 0, unrun: 0 };
    const comparison: Comparison = {
      schema: "pgproof/comparison/1",
      base: { name: "main", hash: "", down: conninfo },
      head: { name: "branch", hash: "" },
      ...await declaredChanges(base, head),
      inEffect: [{ name: "restore_command", nodes: ["master"], after: conninfo }],
      cases: [{
        ...{ id: "a.yaml", file: "a.yaml", name: conninfo, course: "broke", base: tally },
        ...{ head: tally, problem, suspects: [0] },
      }],
      measures: [],
      unmeasured: [],
      notes: [conninfo],
      exit: 1,
    };
    const secrets = isMasked ? [...base.stack.secrets, ...head.stack.secrets] : [];
    const shown = maskComparison(comparison, secrets);
    texts.push(JSON.stringify(shown), formatComparison(shown), renderComparison(shown));
  });
  return texts;
}

/** As a password looks that a compose file can hold without quotes. */
const plain = "s3cr3t-pass";

Deno.test("a password of either stack is in no output of a comparison", async () => {
  for (const text of await comparisonTexts(true)) {
    ok(!text.includes(plain) && !text.includes("mypassword"), text);
    ok(text.includes("another one") || text.includes("***"), "that it changed is told");
  }
  for (const text of await comparisonTexts(false)) {
    ok(text.includes(plain), "the test would see it");
  }
});
