import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { foldEvents } from "../result/fold.ts";
import type { Result } from "../result/model.ts";
import { mixedRun } from "../result/testdata/mixed_run.ts";
import { renderHtml } from "./html.ts";
import { courseOf } from "./html/course.ts";

const result = foldEvents(mixedRun());
const file = new URL("testdata/run.json", import.meta.url);
const real: Result = JSON.parse(Deno.readTextFileSync(file));
const lost = real.cases.find(({ id }) => id.includes("lost-master"))!;

/** The body alone: style and script are files of their own. */
function bodyOf(html: string): string {
  return html.replace(/<style>[^]*?<\/style>|<script>[^]*?<\/script>/g, "")
    .replace(/sha256-[\w+/=]{44}/g, "sha256-...");
}

Deno.test("renderHtml() of a run with every verdict", async (t) => {
  await t.assertSnapshot(bodyOf(renderHtml(result)));
});

Deno.test("renderHtml() allows nothing but its own style and script", () => {
  const html = renderHtml(real);
  const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html)!;
  match(policy!, /^default-src 'none';/);
  for (const name of ["style", "script"]) {
    const [, text] = new RegExp(`<${name}>([^]*?)</${name}>`).exec(html)!;
    const digest = createHash("sha256").update(text!).digest("base64");
    ok(policy!.includes(`${name}-src 'sha256-${digest}'`), name);
  }
  const body = bodyOf(html);
  equal(/\s(?:style|on\w+)=|<script|javascript:|<(?:iframe|object|embed)/.exec(body), null);
  deepEqual(
    Array.from(html.matchAll(/(?:src|href)="([^"]*)"/g), ([, url]) => url!)
      .filter((url) => !url.startsWith("#") && url !== "data:,"),
    [],
  );
});

Deno.test("renderHtml() shows text of servers and of people as text", () => {
  const evil = `</script><script>alert(1)</script><img src=x onerror="alert(2)">'"&\u001b[31m`;
  const json = JSON.stringify(result).replaceAll(
    "replica1 is catching up",
    JSON.stringify(evil).slice(1, -1),
  ).replaceAll("A killed replica comes back", JSON.stringify(evil).slice(1, -1));
  const body = bodyOf(renderHtml(JSON.parse(json)));
  equal(/<script|<img|onerror="/.exec(body), null);
  ok(body.includes("&lt;img src=x onerror=&quot;alert(2)&quot;&gt;"));
});

Deno.test("renderHtml() has every id once, and every link of the page leads somewhere", () => {
  const html = renderHtml(real);
  const ids = Array.from(html.matchAll(/\sid="([^"]*)"/g), ([, id]) => id!);
  equal(new Set(ids).size, ids.length);
  const targets = Array.from(
    html.matchAll(/href="#([^"]*)"/g),
    ([, id]) => decodeURIComponent(id!),
  );
  deepEqual(targets.filter((target) => !ids.includes(target)), []);
});

Deno.test("renderHtml() keeps its links over a rerun", () => {
  const later = structuredClone(real);
  for (const subject of later.cases) {
    subject.ms *= 2;
    subject.startedAt = (subject.startedAt ?? 0) + 5;
  }
  const ids = (html: string) => Array.from(html.matchAll(/\sid="([^"]*)"/g), ([, id]) => id);
  deepEqual(ids(renderHtml(later)), ids(renderHtml(real)));
});

Deno.test("renderHtml() tells a failure with its line, evidence, log and rerun", () => {
  const body = bodyOf(renderHtml(real));
  for (
    const said of [
      "lost-master.yaml:58",
      "<b> 58 |   - name: every replica follows the new primary",
      "replica2 runs no WAL receiver; replica3 runs no WAL receiver",
      "Log of replica2",
      "deno task verify lib/report/testdata/scenarios/lost-master.yaml --seed 42",
      'aria-label="Timeline of A lost master',
    ]
  ) ok(body.includes(said), said);
});

Deno.test("renderHtml() stays within about a megabyte", () => {
  const cases = Array.from({ length: 60 }, (_, n) => ({ ...lost, id: `${lost.id}#${n}` }));
  const html = renderHtml({ ...real, cases });
  ok(html.length < 2_000_000, String(html.length));
  match(html, /picture is left out/);
});

Deno.test("renderHtml() of thousands of cases is small, and whole where something failed", () => {
  const passed = real.cases.find(({ verdict }) => verdict === "passed")!;
  const many = Array.from({ length: 3000 }, (_, n) => ({ ...passed, id: `${passed.id}#${n}` }));
  const html = renderHtml({ ...real, cases: [...many, lost] });
  ok(html.length < 6_000_000, String(html.length));
  ok(html.includes('aria-label="Timeline of A lost master'));
  equal(html.match(/<details class="case"/g)?.length, 3001);
  match(html, /steps and its picture are left out/);
});

Deno.test("courseOf() finds the outage of clients, and none after the last step", () => {
  const course = courseOf(lost)!;
  equal(course.outages.length, 1);
  const [outage] = course.outages;
  const death = course.faults.find(({ name }) => name === "master_death")!;
  ok(outage!.from >= death.from - 500 && outage!.to <= course.stepsEnd);
  ok(outage!.to - outage!.from > 1000);
});

Deno.test("courseOf() calls no node silent before its first answer, unless none came", () => {
  const at = (t: number, node: string, role: "silent" | "replica") => ({ t, node, role });
  const roles = [
    ...[at(1, "a", "silent"), at(1, "b", "silent"), at(2, "a", "replica")],
    at(3, "a", "silent"),
  ];
  deepEqual(
    courseOf({ ...lost, roles })!.roles.map(({ node, role, from }) => [node, role, from]),
    [["b", "silent", 1], ["a", "replica", 2], ["a", "silent", 3]],
  );
});

Deno.test("courseOf() makes nothing up for a run that sampled nothing", () => {
  const { series: _series, roles: _roles, ...bare } = lost;
  const course = courseOf(bare)!;
  deepEqual([course.roles, course.outages, course.throughput, course.lagTime], [[], [], [], []]);
  match(
    renderHtml({ ...real, cases: [bare] }),
    /Not sampled in this run: roles, lag and throughput/,
  );
});

Deno.test("renderHtml() says first how many writes are missing, and of how many looked for", () => {
  const numbers = (of: Result) => /<div class="numbers">[^]*?<\/div>/.exec(renderHtml(of))![0];
  match(numbers(real), /<b>0<\/b><span class="dim">of [\d,]+ looked for/);
  const lossy = JSON.parse(JSON.stringify(real).replace('"missing":0,', '"missing":2,')) as Result;
  match(numbers(lossy), /<b><a href="#case\/[^"]+">2<\/a><\/b>/);
  match(numbers({ ...real, cases: [] }), /<b>–<\/b><span class="dim">none were looked for/);
});
