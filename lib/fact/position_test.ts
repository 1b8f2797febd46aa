import { equal } from "node:assert/strict";
import { causeOf, describePosition, normalLsn, type Position } from "./position.ts";

function behind(change: Partial<Position> = {}): Position {
  return {
    isStandby: true,
    reached: "0/3000000",
    received: "0/3000100",
    pause: "not paused",
    receiver: "streaming",
    waits: null,
    missingBytes: 256,
    ...change,
  };
}

Deno.test("causeOf() says what keeps a replica from replaying", () => {
  equal(causeOf(behind({ pause: "paused" })), "replay is paused");
  equal(causeOf(behind({ pause: "pause requested" })), "pause requested");
  equal(
    causeOf(behind({ waits: "Lock: relation" })),
    "replay waits for a query on it (Lock: relation)",
  );
  equal(
    causeOf(behind({ waits: "IPC: RecoveryConflictSnapshot" })),
    "replay waits for a query on it (IPC: RecoveryConflictSnapshot)",
  );
  equal(
    causeOf(behind({ waits: "Timeout: RecoveryApplyDelay" })),
    "recovery_min_apply_delay holds replay back",
  );
  equal(causeOf(behind({ receiver: null })), "no WAL receiver runs");
  equal(causeOf(behind({ receiver: "waiting" })), "its WAL receiver is waiting");
});

Deno.test("causeOf() makes nothing up", () => {
  equal(causeOf(behind()), undefined);
  equal(causeOf(behind({ waits: "Activity: RecoveryWalStream" })), undefined);
  equal(causeOf(behind({ missingBytes: 0, pause: "paused" })), undefined);
  equal(causeOf(behind({ isStandby: false, receiver: null })), undefined);
});

Deno.test("describePosition() says how far it got and what is missing", () => {
  equal(
    describePosition(behind({ pause: "paused" }), "0/3000100"),
    "replayed 0/3000000, 256B short of 0/3000100: replay is paused",
  );
  equal(
    describePosition(behind({ missingBytes: 0 }), "0/2FFFFFF"),
    "replayed 0/3000000, which includes 0/2FFFFFF",
  );
  equal(
    describePosition(behind({ reached: null, receiver: null }), "0/3000100"),
    "has replayed nothing on the way to 0/3000100: no WAL receiver runs",
  );
  equal(
    describePosition(behind({ isStandby: false }), "0/3000100"),
    "is primary and wrote 0/3000000, 256B short of 0/3000100",
  );
});

Deno.test("normalLsn() drops leading zeros", () => {
  equal(normalLsn("00000000/03000148"), "0/3000148");
});
