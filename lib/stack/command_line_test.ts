import { deepEqual, equal, throws } from "node:assert/strict";
import { CommandError, serverArguments, splitCommand } from "./command_line.ts";

Deno.test("splitCommand() knows quotes and backslashes", () => {
  deepEqual(splitCommand(`postgres  -c "a=b c" -c 'd=\\e' f\\ g "h\\"i" x""y ''`), [
    ...["postgres", "-c", "a=b c", "-c", "d=\\e", "f g", 'h"i', "xy", ""],
  ]);
  deepEqual(splitCommand("one two && three"), ["one", "two"]);
  deepEqual(splitCommand("  "), []);
  throws(() => splitCommand(`a "b`), CommandError);
});

Deno.test("serverArguments() finds settings in every form", () => {
  const words = ["-c", "a=1", "-cb=2", "--max-wal-senders=3", "-N", "4", "-B5", "-F", "-D", "/d"];
  deepEqual(serverArguments(["postgres", ...words, "-c", "c=x=y"]), [
    { name: "a", value: "1" },
    { name: "b", value: "2" },
    { name: "max_wal_senders", value: "3" },
    { name: "max_connections", value: "4" },
    { name: "shared_buffers", value: "5" },
    { name: "fsync", value: "off" },
    { name: "c", value: "x=y" },
  ]);
  deepEqual(serverArguments(["docker-entrypoint.sh", "postgres", "-c", "a=1"]), [
    { name: "a", value: "1" },
  ]);
  deepEqual(serverArguments(["-c", "a=1"]), [{ name: "a", value: "1" }]);
  deepEqual(serverArguments([]), []);
});

Deno.test("serverArguments() does not guess what a script does", () => {
  equal(serverArguments(["bash", "-c", "postgres -c a=1"]), undefined);
});
