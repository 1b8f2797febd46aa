import { equal, match } from "node:assert/strict";
import { hopelessIn } from "./upstream.ts";

const hopeless: [line: string, why: RegExp][] = [
  [
    "FATAL:  could not start WAL streaming: ERROR:  requested starting point 0/5000000 on timeline 1 " +
    "is not in this server's history",
    /^its history diverged, it needs a rewind or a rebuild: .* never had: FATAL/,
  ],
  [
    "LOG:  new timeline 2 forked off current database system timeline 1 before current recovery " +
    "point 0/50001A0",
    /its history diverged/,
  ],
  ["FATAL:  requested timeline 2 is not a child of this server's history", /its history diverged/],
  [
    "FATAL:  highest timeline 1 of the primary is behind recovery timeline 2",
    /^it is on a later timeline/,
  ],
  [
    "FATAL:  database system identifier differs between the primary and standby",
    /it belongs to another cluster/,
  ],
  [
    "FATAL:  could not receive data from WAL stream: ERROR:  requested WAL segment " +
    "000000010000000000000003 has already been removed",
    /what it needs is gone/,
  ],
];
for (const [line, why] of hopeless) {
  Deno.test(`hopelessIn() gives up on "${line.slice(0, 60)}..."`, () => {
    match(hopelessIn(["LOG:  starting", line])!, why);
  });
}

Deno.test("hopelessIn() goes on waiting for what passes", () => {
  equal(hopelessIn([]), undefined);
  equal(
    hopelessIn([
      "FATAL:  could not connect to the primary server: Connection refused",
      "LOG:  waiting for WAL to become available at 0/3000018",
      "FATAL:  the database system is starting up",
    ]),
    undefined,
  );
});
