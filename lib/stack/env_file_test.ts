import { deepEqual } from "node:assert/strict";
import { parseEnvFile } from "./env_file.ts";

Deno.test("parseEnvFile() reads quotes, comments, export and both separators", () => {
  const text = [
    "# A=comment",
    "BARE=pa#ss word # comment",
    "export EXPORTED=1",
    "COLON: 2",
    "SINGLE='a $b # c'  # comment",
    'DOUBLE="line\\nnext \\"q\\" \\$b"',
    "EMPTY=",
    "MANY='one\ntwo'",
    "no assignment",
  ].join("\r\n");
  deepEqual(parseEnvFile(text), {
    BARE: "pa#ss word",
    EXPORTED: "1",
    COLON: "2",
    SINGLE: "a $b # c",
    DOUBLE: 'line\nnext "q" $b',
    EMPTY: "",
    MANY: "one\ntwo",
  });
});

Deno.test("parseEnvFile() uses what is known before earlier lines", () => {
  const text = "A=file\nB=${A}-${C}\nC=$B\n";
  deepEqual(parseEnvFile(text, { A: "shell" }), { A: "file", B: "shell-", C: "shell-" });
});
