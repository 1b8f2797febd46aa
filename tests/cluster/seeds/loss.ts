/**
 * What makes scenarios about lost writes fail, which must be seen on both targets: links that are
 * not cut as they should be, commits that wait for nobody.
 *
 * @module
 */
import { after, both, indexOf, insert, type Seed, settings } from "./seed.ts";

/** The seeds. */
export const lossSeeds: readonly Seed[] = [
  {
    scenario: "partition/primary-lost-while-cut-off.yaml",
    cause: "the replicas are frozen, not cut off: what was sent still arrives",
    plant: (document) => {
      const at = indexOf(document, "the primary is cut off from all replicas");
      document.deleteIn(["steps", at, "between"]);
      document.setIn(["steps", at, "fault"], "pause");
      document.setIn(["steps", at, "node"], "replicas");
      // They thaw before one of them is promoted.
      const steps = (document.toJS() as { steps: { end?: string }[] }).steps;
      document.deleteIn(["steps", steps.findIndex(({ end }) => end === "cut")]);
      const behind = "sent_lsn < pg_current_wal_flush_lsn()";
      insert(document, ["steps"], indexOf(document, "and is lost"), [
        { query: `select count(*) from pg_stat_replication where ${behind}`, is: 0, within: "10s" },
      ]);
      after("and is lost", { end: "cut" }, {
        query: "select count(*) from pg_stat_wal_receiver",
        node: "replica1",
        is: 0,
        within: "10s",
      })(document);
    },
    fails: {
      step: "exactly the writes after the cut are lost",
      code: "NothingLost",
      seen: /has all \d+, nothing kept them from arriving/,
    },
  },
  {
    scenario: "partition/synchronous-loses-nothing.yaml",
    cause: "commits are acknowledged without the replica, and nobody looked whether they wait",
    plant: both(settings({ synchronous_commit: "local" }), (document) => {
      const at = indexOf(document, "its commits wait");
      const served = { expect: "commit_rate", of: "orders", at_least: "20/s", for: "500ms" };
      document.setIn(["steps", at], document.createNode(served));
    }),
    fails: { step: "nothing acknowledged is lost", code: "LostWrites", seen: /replica1 lacks/ },
  },
  {
    scenario: "failover/frozen-replicas-lose-nothing.yaml",
    cause: "the replicas are cut off, not frozen",
    plant: (document) => {
      const at = indexOf(document, "the replicas stand still");
      document.deleteIn(["steps", at, "node"]);
      document.setIn(["steps", at, "fault"], "partition");
      document.setIn(["steps", at, "between"], document.createNode(["replicas", "primary"]));
      // Not even sent: what keeps the run from going on is not what this seed is for.
      document.deleteIn(["steps", indexOf(document, "all of it was sent")]);
      document.deleteIn(["steps", indexOf(document, "a replica has received all there is")]);
    },
    fails: { step: "nothing is lost", code: "DataLoss", seen: /replica1 lacks (\d+) of \1 .*kB/ },
  },
  {
    scenario: "consistency/long-fork.yaml",
    cause: "commits wait for no replica",
    plant: settings({ synchronous_commit: "local" }),
    fails: { step: "a commit waits for it", code: "DidNotBlock", seen: /ended after/ },
  },
];
