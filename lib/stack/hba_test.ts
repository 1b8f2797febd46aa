import { deepEqual, equal, throws } from "node:assert/strict";
import { HbaError, hbaFields, hbaLines, hbaRule } from "./hba.ts";

Deno.test("hbaLines() joins lines that end in a backslash", () => {
  deepEqual(hbaLines("a \\\nb\nc\\ \n\\\nd"), [
    { text: "a b", line: 1 },
    { text: "c\\ ", line: 3 },
    { text: "d", line: 4 },
  ]);
});

Deno.test("hbaFields() keeps lists together, and quotes as written", () => {
  deepEqual(hbaFields(`host a, b,"c d" "all" x#y`), ["host", `a,b,"c d"`, `"all"`, "x"]);
  deepEqual(hbaFields("host a ,b"), ["host", "a", "b"]);
  deepEqual(hbaFields("  # comment"), []);
  throws(() => hbaFields(`host "a`), HbaError);
});

const rules: [string, string | undefined, string, string[]][] = [
  ["local all all trust", undefined, "trust", []],
  ["host all all 172.18.0.0/16 trust", "172.18.0.0/16", "trust", []],
  ["host all all 172.18.0.0 255.255.0.0 md5", "172.18.0.0/16", "md5", []],
  ["host all all ::1 ffff:ffff:: md5", "::1/32", "md5", []],
  ["host all all 10.0.0.1 255.0.255.0 md5", "10.0.0.1 255.0.255.0", "md5", []],
  [`"host" all all "10.0.0.0"/8 trust`, "10.0.0.0/8", "trust", []],
  [`host all all "" trust`, "", "trust", []],
  ["host all all ::1/128 reject", "::1/128", "reject", []],
  ["host all all .example.com scram-sha-256", ".example.com", "scram-sha-256", []],
  [`hostssl all "all" samehost cert map=x clientcert=verify-full`, "samehost", "cert", [
    ...["map=x", "clientcert=verify-full"],
  ]],
  [`host all all all ldap "ldapprefix=cn= x"`, "all", "ldap", ["ldapprefix=cn= x"]],
];

for (const [line, address, method, options] of rules) {
  Deno.test(`hbaRule() reads ${line}`, () => {
    const rule = hbaRule(hbaFields(line));
    deepEqual([rule.address, rule.method, rule.options], [address, method, options]);
  });
}

Deno.test("hbaRule() keeps a quoted name apart from the keyword", () => {
  equal(hbaRule(hbaFields(`local "replication" all trust`)).database, `"replication"`);
});

const refused = [
  "hots all all 10.0.0.0/8 trust",
  "host all all 10.0.0.0/8",
  "host all all 10.0.0.0 trust",
  "host all all 10.0.0.0/33 trust",
  "host all all 10.0.0.0/8 turst",
  "host all all 10.0.0.0 ffff:: trust",
  "host all all all peer",
  "host all all all cert",
  "host all all a,b trust",
  "local all all trust map",
  "local all",
  "host all all all trust extra=1",
  "host all all all md5 map=m",
  "host all all all md5 clientcert=verify-full",
  "hostssl all all all cert clientcert=verify-ca",
  "LOCAL all all trust",
];
for (const line of refused) {
  Deno.test(`hbaRule() refuses ${line}`, () => {
    throws(() => hbaRule(hbaFields(line)), HbaError);
  });
}
