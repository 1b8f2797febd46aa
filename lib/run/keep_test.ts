import { deepEqual, match } from "node:assert/strict";
import type { Node } from "../cluster/model.ts";
import { isKept, keepPolicies, keptLines } from "./keep.ts";

Deno.test("isKept() follows the policy", () => {
  const verdicts = ["passed", "failed", "error"] as const;
  deepEqual(
    keepPolicies.map((policy) => verdicts.map((verdict) => isKept(policy, verdict))),
    [[false, false, false], [false, true, true], [true, true, true]],
  );
});

Deno.test("keptLines() tell how to connect and how to be rid of it, and no password", () => {
  const node = {
    name: "master",
    address: { host: "127.0.0.1", port: 5599 },
    declared: { user: "my user", password: "secret-of-mine", database: "mydb" },
  } as unknown as Node;
  const text = keptLines({ nodes: [node] }).join("\n");
  match(text, /master {2}psql postgresql:\/\/my%20user@127\.0\.0\.1:5599\/mydb$/);
  match(text, /main\.ts clean/);
  deepEqual(text.includes("secret-of-mine"), false);
});
