import { equal } from "node:assert/strict";
import { maskSecrets } from "./mask.ts";

const cases: [string, string][] = [
  ["{ A: 1, POSTGRES_PASSWORD: op, en }", "{ A: 1, POSTGRES_PASSWORD: ********"],
  [`- "PASSWORD=o p"\n- B=1`, `- "PASSWORD=****\n- B=1`],
  [`"PASSWORD": 'o p'`, `"PASSWORD": *****`],
  ["PASSWORD: ${PW:-open}", "PASSWORD: ***********"],
  ["PASSWORD: ${PW:?say it}", "PASSWORD: ${PW:?say it}"],
  ["PASSWORD:\nA: 1", "PASSWORD:\nA: 1"],
  ["x = 'host=a password=open'", "x = 'host=a password=*****"],
  ["postgres://u:open@h/d", "postgres://u:****@h/d"],
  ["secrets: [owner]", "secrets: [owner]"],
  ["password_encryption = md5", "password_encryption = md5"],
];

for (const [text, masked] of cases) {
  Deno.test(`maskSecrets() shows ${JSON.stringify(masked)}`, () => {
    equal(maskSecrets(text), masked);
  });
}
