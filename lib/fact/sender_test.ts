import { deepEqual, equal, match } from "node:assert/strict";
import type { Node } from "../cluster/model.ts";
import { nodeAt } from "../link/node_at.ts";
import { applicationNameOf, type Receiver } from "./receiver.ts";
import { matchSender, type Sender } from "./sender.ts";

function sender(change: Partial<Sender>): Sender {
  return {
    pid: 1,
    applicationName: "walreceiver",
    client: "127.0.0.1",
    state: "streaming",
    syncState: "async",
    sentLsn: "0/3000000",
    slot: null,
    ...change,
  };
}

function replica(change: Partial<Receiver>, isOnly = false) {
  const receiver: Receiver = {
    isStandby: true,
    status: "streaming",
    senderHost: "127.0.0.1",
    senderPort: 5432,
    slot: null,
    applicationName: "walreceiver",
    ownAddress: "127.0.0.1",
    ...change,
  };
  return { name: "replica1", isOnly, receiver };
}

Deno.test("matchSender() knows a replica by its slot, whatever its name", () => {
  const rows = [sender({ pid: 1, slot: "a" }), sender({ pid: 2, slot: "b" })];
  deepEqual(matchSender(rows, replica({ slot: "b" })), { sender: rows[1] });
  deepEqual(matchSender(rows, replica({ slot: "c" })), { missing: "no row for its slot c" });
});

Deno.test("matchSender() knows a replica by a name of its own", () => {
  const rows = [sender({ applicationName: "replica1" }), sender({ applicationName: "replica2" })];
  deepEqual(matchSender(rows, replica({ applicationName: "replica1" })), { sender: rows[0] });
  deepEqual(matchSender(rows, replica({ applicationName: null })), { sender: rows[0] });
  deepEqual(matchSender(rows, replica({ applicationName: "x" })), { missing: 'no row named "x"' });
});

Deno.test("matchSender() does not take another replica's row for its own", () => {
  const one = matchSender([sender({})], replica({}));
  match("ambiguous" in one ? one.ambiguous : "", /the one row named "walreceiver"/);
  const two = matchSender([sender({}), sender({ pid: 2 })], replica({}));
  match("ambiguous" in two ? two.ambiguous : "", /2 rows named "walreceiver"/);
  const named = [sender({ applicationName: "replica1" }), sender({ applicationName: "replica1" })];
  equal("ambiguous" in matchSender(named, replica({ applicationName: "replica1" })), true);
});

Deno.test("matchSender() knows a replica by its address where that is its own", () => {
  const rows = [sender({ client: "172.18.0.3" }), sender({ client: "172.18.0.4" })];
  deepEqual(matchSender(rows, replica({ ownAddress: "172.18.0.4" })), { sender: rows[1] });
  deepEqual(matchSender(rows, replica({ ownAddress: "172.18.0.5" })), {
    missing: 'no row named "walreceiver" from 172.18.0.5',
  });
});

Deno.test("matchSender() needs no name where there is only one replica", () => {
  deepEqual(matchSender([sender({})], replica({}, true)), { sender: sender({}) });
});

Deno.test("applicationNameOf() reads the connection as the view shows it", () => {
  const shown = "user=u password=******** dbname=replication host=h port=5432 ";
  equal(
    applicationNameOf(`${shown}fallback_application_name=walreceiver sslmode=x`),
    "walreceiver",
  );
  equal(
    applicationNameOf(`${shown}application_name=r 1 fallback_application_name=walreceiver`),
    "r 1",
  );
  equal(applicationNameOf(`${shown}application_name= fallback_application_name=c1`), "c1");
  equal(applicationNameOf(shown), undefined);
});

Deno.test("nodeAt() finds a node by the address of its peers or of the harness", () => {
  const node = (name: string, peer: string, port: number) =>
    ({
      name,
      peerAddress: { host: peer, port },
      address: { host: "127.0.0.1", port: 15432 },
    }) as Node;
  const nodes = [node("master", "master", 5432), node("replica1", "localhost", 6000)];
  equal(nodeAt(nodes, "MASTER", 5432)?.name, "master");
  equal(nodeAt(nodes, "127.0.0.1", 6000)?.name, "replica1");
  equal(nodeAt(nodes, "master", 5433), undefined);
  equal(nodeAt(nodes, null, 5432), undefined);
});
