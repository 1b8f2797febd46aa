/** Mistakes in a stack, each told with its place and what to do. */
import { doesNotMatch, equal, match, rejects } from "node:assert/strict";
import { readStack, StackError } from "./read.ts";
import { withFolder } from "./testdata/folder.ts";

const replica = "  b: { image: postgres, environment: { REPLICATE_FROM: a } }\n";

/** The mistake in a file as `line:column message (hint)`. */
async function refusal(text: string, files: Record<string, string> = {}): Promise<string> {
  return await withFolder({ "compose.yaml": text, ...files }, async (folder) => {
    let found = "";
    await rejects(readStack(`${folder}/compose.yaml`, { environment: {} }), (error) => {
      if (!(error instanceof StackError)) throw error;
      const file = error.file.slice(folder.length + 1);
      const prefix = file === "compose.yaml" ? "" : `${file}:`;
      const hint = error.hint === undefined ? "" : ` (${error.hint})`;
      found = `${prefix}${error.line}:${error.column} ${error.reason}${hint}`;
      match(error.message, /^error\[[a-z-]+\]: .*\n {2}--> .*compose\.yaml|.*\.(?:conf|ini)/);
      return true;
    });
    return found;
  });
}

const cases: Record<string, { text: string; files?: Record<string, string>; says: string }> = {
  "a list that is a text": {
    text: `services:\n  a:\n    image: x\n    ports: "5432"\n${replica}`,
    says: `4:12 ports is a list: - "5532:5432" (at services.a.ports)`,
  },
  "a port without its target": {
    text: `services:\n  a:\n    image: x\n    ports:\n      - { published: 1 }\n${replica}`,
    says: "5:9 target is missing (at services.a.ports.0.target)",
  },
  "a port that is none": {
    text: `services:\n  a: { image: x, ports: ["x:5432"] }\n${replica}`,
    says: `2:26 "x:5432" is no port mapping; write "HOST:CONTAINER", as in "5532:5432"`,
  },
  "a misspelt key": {
    text: `services:\n  a: { image: x, enviroment: {} }\n${replica}`,
    says: `2:18 unknown key "enviroment" (did you mean "environment"?)`,
  },
  "no node": {
    text: "services:\n  a: { image: x }\n",
    says: `1:1 the file does not say which services are PostgreSQL nodes ` +
      `(write "x-pgproof: {primary: master, replicas: [replica1]}", or give each replica ` +
      `REPLICATE_FROM)`,
  },
  "a misspelt upstream": {
    text: `services:\n  master: { image: x }\n  b: { image: x, environment: ` +
      `{ REPLICATE_FROM: maser } }\n`,
    says: `3:49 REPLICATE_FROM of b names "maser", which is no node of the stack ` +
      `(did you mean "master"?)`,
  },
  "replicas in a circle": {
    text: `x-pgproof: { primary: a, replicas: [b, c] }\nservices:\n  a: { image: x }\n` +
      `  b: { image: x, environment: { REPLICATE_FROM: c } }\n` +
      `  c: { image: x, environment: { REPLICATE_FROM: b } }\n`,
    says: "4:49 replicas follow each other in a circle: b, c, b",
  },
  "several primaries": {
    text: `services:\n  a: { image: x }\n  z: { image: x }\n${replica}` +
      `  c: { image: x, environment: { REPLICATE_FROM: z } }\n`,
    says: `1:1 the replicas follow several primaries: a, z ` +
      `(write "x-pgproof: {primary: master, replicas: [replica1]}", or give each replica ` +
      `REPLICATE_FROM)`,
  },
  "a declared node that is no service": {
    text: `x-pgproof: { primary: mastr, replicas: [b] }\nservices:\n  master: { image: x }\n` +
      `  b: { image: x }\n`,
    says: `1:23 no service "mastr" (did you mean "master"?)`,
  },
  "an unknown word of x-pgproof": {
    text: `x-pgproof: { objective: {} }\nservices:\n  a: { image: x }\n${replica}`,
    says: `1:14 unknown word "objective" in x-pgproof (did you mean "objectives"?)`,
  },
  "a failing accepted without a reason": {
    text: `x-pgproof: { accepted: { "claim:G1": "" } }\nservices:\n  a: { image: x }\n${replica}`,
    says: "1:38 say why it is accepted (at x-pgproof.accepted.claim:G1)",
  },
  "an unknown objective": {
    text: `x-pgproof: { objectives: { stalenes: 2s } }\nservices:\n  a: { image: x }\n${replica}`,
    says: `1:28 unknown objective "stalenes" (did you mean "staleness"?)`,
  },
  "an objective without unit": {
    text: `x-pgproof: { objectives: { outage: 64 } }\nservices:\n  a: { image: x }\n${replica}`,
    says: "1:36 outage is a size with its unit (B, kB, MB, GB or TB: 64MB)",
  },
  "a required variable": {
    text: `services:\n  a: { image: "x:\${TAG:?give a tag}" }\n${replica}`,
    says: "2:18 the variable TAG must be set: give a tag",
  },
  "a stray dollar": {
    text: `services:\n  a: { image: x, command: "a $1" }\n${replica}`,
    says: "2:30 a $ begins no variable (a dollar itself is written $$)",
  },
  "services that extend each other": {
    text: `services:\n  a: { extends: b }\n  b: { extends: a }\n`,
    says: "2:8 services extend each other in a circle: a of compose.yaml, b of compose.yaml, " +
      "a of compose.yaml",
  },
  "a service to extend that is not there": {
    text: `services:\n  a: { extends: bass }\n  base: { image: x }\n`,
    says: `2:17 no service "bass" to extend (did you mean "base"?)`,
  },
  "an undeclared network": {
    text: `services:\n  a: { image: x, networks: [pg_net] }\n${replica}networks: { pg_nets: }\n`,
    says: `2:29 no network "pg_net" at the top level of the file (did you mean "pg_nets"?)`,
  },
  "a configuration file that is not there": {
    text: `services:\n  a:\n    image: x\n    command: -c config_file=/c/x.conf\n` +
      `    volumes: ["./c:/c"]\n${replica}`,
    says: "4:14 the file FOLDER/c/x.conf does not exist (it is what the server finds as /c/x.conf)",
  },
  "a pooler that is no service": {
    text: `x-pgproof: { pooler: poler }\nservices:\n  a: { image: x }\n${replica}` +
      `  pooler: { image: y }\n`,
    says: `1:22 no service "poler" (did you mean "pooler"?)`,
  },
  "a node as a pooler": {
    text: `x-pgproof: { pooler: b }\nservices:\n  a: { image: x }\n${replica}`,
    says: "1:22 b is a PostgreSQL node and cannot be the pooler",
  },
  "a pooler without its file": {
    text: `x-pgproof: { pooler: p }\nservices:\n  a: { image: x }\n${replica}` +
      `  p:\n    image: y\n    volumes: ["./c:/etc/pgbouncer"]\n`,
    says: "7:5 the file FOLDER/c/pgbouncer.ini does not exist " +
      "(it is what the pooler finds as /etc/pgbouncer/pgbouncer.ini)",
  },
  "a line the pooler refuses": {
    text: `x-pgproof: { pooler: p }\nservices:\n  a: { image: x }\n${replica}` +
      `  p: { image: y, command: pgbouncer /p.ini, volumes: ["./p.ini:/p.ini"] }\n`,
    files: { "p.ini": "[pgbouncer]\npool_mode session\n" },
    says: "p.ini:2:1 a line of the pooler is NAME = VALUE (PgBouncer refuses this line)",
  },
  "a line the server refuses": {
    text: `services:\n  a:\n    image: x\n    volumes: ["./p.conf:/e/postgresql.conf"]\n${replica}`,
    files: { "p.conf": "a = 1\nb = 1.5GB\n" },
    says: "p.conf:2:5 the value 1.5GB of b must be quoted (the server refuses this line)",
  },
  "both forms of a password": {
    text: `services:\n  a: { image: x, environment: { POSTGRES_PASSWORD: x, ` +
      `POSTGRES_PASSWORD_FILE: /p } }\n${replica}`,
    says: `2:79 POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are both given ` +
      `(the image refuses to start with both)`,
  },
};

for (const [name, { text, files, says }] of Object.entries(cases)) {
  Deno.test(`readStack() refuses ${name}`, async () => {
    const found = await refusal(text, files);
    equal(found.replace(/file \S*\/(?=c\/)/, "file FOLDER/"), says);
  });
}

Deno.test("StackError shows no password of the line it points at", async () => {
  const text = `services:\n  a: { image: x, environment: { POSTGRES_PASSWORD: open }, port: [] }\n`;
  await withFolder({ "compose.yaml": text }, async (folder) => {
    await rejects(readStack(`${folder}/compose.yaml`, { environment: {} }), (error) => {
      match(String(error), /POSTGRES_PASSWORD: \*+$/m);
      doesNotMatch(String(error), /open/);
      return error instanceof StackError;
    });
  });
});
