import { equal, throws } from "node:assert/strict";
import { withArgument, withSetting } from "./edit_setting.ts";
import { YamlText } from "./edit_yaml.ts";
import { ChangeError } from "./error.ts";

const compose = `# One primary.
x-node: &node
  image: postgres:18 # the official one
  networks: [net]

services:
  master:
    <<: *node
    # Its own name.
    environment: {POSTGRES_USER: me}
    ports: ["5532:5432"]

  replica1:
    <<: *node
    command: -c cluster_name=replica1
`;

function edited(edit: (yaml: YamlText) => void): string {
  const yaml = new YamlText("compose.yaml", compose);
  edit(yaml);
  return yaml.toString();
}

Deno.test("YamlText changes one place, comments and order stay", () => {
  equal(
    edited((yaml) => yaml.write(["services", "master", "ports"], { is: ["6532:5432"] })),
    compose.replace(`["5532:5432"]`, `[6532:5432]`),
  );
  equal(
    edited((yaml) => yaml.write(["services", "master", "ports"], { remove: true })),
    compose.replace(`    ports: ["5532:5432"]\n`, ""),
  );
  equal(edited(() => {}), compose);
});

Deno.test("YamlText gives a service a key of its own where it had a common one", () => {
  equal(
    edited((yaml) => yaml.write(["services", "replica1", "networks"], { is: ["net", "other"] })),
    `${compose}    networks: [net, other]\n`,
  );
});

Deno.test("YamlText finds items of a list by their name, and puts others around them", () => {
  const yaml = new YamlText(
    "a.yaml",
    "steps:\n  - name: one\n    sql: a\n  - name: two\n    sql: b\n",
  );
  yaml.write(["steps", "two"], { before: [{ sql: "c" }] });
  yaml.write(["steps", "two"], { after: [{ sql: "d" }] });
  yaml.write(["steps", "two", "sql"], { is: "e" });
  equal(
    yaml.toString(),
    "steps:\n  - name: one\n    sql: a\n  - sql: c\n  - name: two\n    sql: e\n  - sql: d\n",
  );
});

const refused: [string, (yaml: YamlText) => void, RegExp][] = [
  [
    "a value that is there",
    (yaml) => yaml.write(["services", "master", "ports"], { is: ["5532:5432"] }),
    /^services\.master\.ports of compose\.yaml is so already$/,
  ],
  [
    "to remove what is not there",
    (yaml) => yaml.write(["services", "master", "healthcheck"], { remove: true }),
    /^there is no services\.master\.healthcheck in compose\.yaml$/,
  ],
  [
    "an item that no list has",
    (yaml) => yaml.write(["services", "master", "ports", "x"], { is: 1 }),
    /^there is no "x" in compose\.yaml$/,
  ],
  [
    "to put items around what is no item",
    (yaml) => yaml.write(["services", "master"], { before: [1] }),
    /^services\.master of compose\.yaml is no item of a list$/,
  ],
  [
    "to write below a text",
    (yaml) => yaml.write(["services", "replica1", "command", "x"], { is: 1 }),
    /^cannot write services\.replica1\.command\.x of compose\.yaml: /,
  ],
];

for (const [name, edit, said] of refused) {
  Deno.test(`YamlText refuses ${name}`, () => {
    throws(
      () => edited(edit),
      (error) => error instanceof ChangeError && said.test(error.message),
    );
  });
}

const settings = "# Enough.\nwal_level = replica\nFSYNC on # safe\nfsync = on\n";

Deno.test("withSetting() changes the line that counts, or adds one", () => {
  equal(withSetting(settings, "fsync", "off"), settings.replace("fsync = on", "fsync = 'off'"));
  equal(withSetting(settings, "a.b", "it's"), `${settings}a.b = 'it''s'\n`);
  equal(withSetting(settings, "fsync", undefined), "# Enough.\nwal_level = replica\n");
  throws(() => withSetting(settings, "wal_keep_size", undefined), /wal_keep_size is in no line/);
});

Deno.test("withArgument() adds to a command, as a text and as a list", () => {
  equal(withArgument("-c a=b", "x", "it's $1"), `-c a=b -c 'x=it'\\''s $$1'`);
  equal(String(withArgument(["-c", "a=b"], "x", "y z")), "-c,a=b,-c,x=y z");
  throws(() => withArgument(undefined, "x", "y"), /no command of its own/);
});
