import assert from "node:assert/strict";
import { translateHba } from "./hba.ts";
import { parseSubnet } from "./subnet.ts";

const networks = [{ from: parseSubnet("172.18.0.0/16")!, to: parseSubnet("10.213.4.32/27")! }];
const translated = (line: string) => translateHba(line, networks).text;

Deno.test("translateHba() puts the cluster's network for the stack's, and says so", () => {
  const line = "host    replication  myuser  172.18.0.0/16   trust";
  assert.deepEqual(translateHba(`# who\n${line}\n`, networks), {
    text: "# who\nhost    replication  myuser  10.213.4.32/27   trust\n",
    translations: [
      "pg_hba.conf: 172.18.0.0/16 (the stack's network) is 10.213.4.32/27 here",
    ],
  });
});

Deno.test("translateHba() knows masks, options, quotes, single nodes and wider blocks", () => {
  assert.equal(
    translated(`hostssl all "my user" 172.18.0.0 255.255.0.0 scram-sha-256 clientcert=verify-ca`),
    `hostssl all "my user" 10.213.4.32/27 scram-sha-256 clientcert=verify-ca`,
  );
  assert.equal(translated("host all all 172.18.0.5/32 md5"), "host all all 10.213.4.32/27 md5");
  assert.equal(translated("host all all 172.16.0.0/12 md5"), "host all all 10.213.4.32/27 md5");
});

Deno.test("translateHba() leaves every other rule alone", () => {
  for (
    const line of [
      "local all all trust",
      "host all all 127.0.0.1/32 trust",
      "host all all 0.0.0.0/0 reject",
      "host all all samenet trust",
      "host all all ::1/128 trust",
      "host all all 192.168.7.0/24 trust",
      "# host all all 172.18.0.0/16 trust",
    ]
  ) assert.equal(translated(line), line);
});

Deno.test("translateHba() lets a harness in that is not on the engine's machine", () => {
  const { text, translations } = translateHba(
    "host all all 172.18.0.0/16 trust # ours\nhost all all 10.9.0.0/16 trust\n",
    networks,
    "192.0.2.7/32",
  );
  const to = /^host all all (10\.\S+) trust # ours\n/.exec(text)?.[1];
  assert.equal(
    text,
    `host all all ${to} trust # ours\nhost all all 192.0.2.7/32 trust # ours\n` +
      "host all all 10.9.0.0/16 trust\n",
  );
  assert.equal(translations.length, 2);
  assert.match(translations[1]!, /also for 192\.0\.2\.7\/32/);
});
