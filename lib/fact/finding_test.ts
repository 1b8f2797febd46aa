import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import type { Node } from "../cluster/model.ts";
import { SqlError } from "../sql/session.ts";
import { absent, type Finding, lookOf } from "./finding.ts";

const node = (name: string) => ({ name }) as Node;

function finding(holds: boolean | undefined, change: Partial<Finding> = {}): Finding {
  const code = holds ? "" : holds === false ? "Wrong" : "Unreachable";
  return { node: node("n"), holds, code, seen: `is ${holds}`, kind: "test", ...change };
}

Deno.test("lookOf() never holds without a finding", () => {
  const look = lookOf([], "something");
  equal(look.holds, undefined);
  equal(look.code, "NoNode");
});

Deno.test("lookOf() takes the worst of its findings and tells those alone", () => {
  const findings = [
    finding(true, { node: node("a") }),
    finding(undefined, { node: node("b") }),
    finding(false, { node: node("c"), final: true }),
  ];
  const look = lookOf(findings, "all true");
  deepEqual([look.holds, look.code, look.seen, look.final], [false, "Wrong", "c is false", true]);
  equal(look.evidence.length, 3);
  equal(lookOf(findings.slice(0, 2), "all true").seen, "b is undefined");
});

Deno.test("lookOf() tells once what several nodes have in common", () => {
  const named = ["a", "b", "c"].map((name) => finding(false, { node: node(name) }));
  const other = finding(false, { node: node("d"), seen: "is gone" });
  const { seen, evidence } = lookOf([named[0]!, other, ...named.slice(1)], "all true");
  equal(seen, "a is false; the same on b, c; d is gone");
  equal(evidence.length, 4);
});

Deno.test("lookOf() holds only when every finding does", () => {
  const holds = fc.constantFrom(true, false, undefined);
  fc.assert(fc.property(fc.array(holds, { maxLength: 6 }), (list) => {
    const look = lookOf(list.map((each) => finding(each, { final: true })), "");
    equal(look.holds === true, list.length > 0 && list.every((each) => each === true));
    equal(look.holds === false, list.includes(false));
    equal(look.final === undefined, look.holds === true || list.length === 0);
  }));
});

Deno.test("absent() makes a finding of absence only, and names the node in what it throws", () => {
  const { signal } = new AbortController();
  const gone = absent(node("replica1"), new SqlError("refused", "ECONNREFUSED"), signal);
  deepEqual([gone.holds, gone.code, gone.seen], [
    undefined,
    "Unreachable",
    "does not answer: ECONNREFUSED",
  ]);
  const wrong = new SqlError("no such table", "42P01");
  throws(() => absent(node("replica1"), wrong, signal), /replica1: no such table/);
  throws(() => absent(node("replica1"), new TypeError("bug"), signal), TypeError);
  const late = new SqlError("no answer", "timeout");
  throws(() => absent(node("replica1"), late, AbortSignal.abort()), /replica1: no answer/);
});
