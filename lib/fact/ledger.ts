/**
 * What facts about the ledger of a load share: the load they speak of and its ledger.
 *
 * @module
 */
import type { RunningLoad } from "../load/model.ts";
import type { Evidence } from "../result/event.ts";
import type { Scene } from "../run/scene.ts";
import type { LoadSpec } from "../scenario/model.ts";
import { undecidable, unseen } from "./finding.ts";
import type { Look } from "./kind.ts";
import { describePosition, type Position } from "./position.ts";

/** A load with a ledger that has something to judge. */
export interface Judged {
  load: RunningLoad;
  ledger: NonNullable<LoadSpec["ledger"]>;
  /** `:n` of every write that is acknowledged as of now. */
  acknowledged: Set<number>;
  evidence: Evidence;
}

/** The load by its name, or the look that says why nothing can be judged. */
export function judgedLoad(scene: Scene, name: string, expected: string): Judged | Look {
  const load = scene.loads.get(name);
  if (!load) return unseen("NoLoad", expected, `load ${name} was not started yet`);
  const { ledger } = load.spec;
  if (!ledger) {
    const seen = `load ${name} has no ledger: say "ledger: table.column" in its declaration`;
    return undecidable("NoLedger", expected, seen);
  }
  const counts = load.ledger.counts();
  const text = `${name}: ${counts.sent} sent, ${counts.acknowledged} acknowledged, ` +
    `${counts.refused} refused, ${counts.unknown} unknown`;
  if (counts.acknowledged === 0) return unseen("NoAcknowledgedWrites", expected, text);
  const evidence = { kind: "ledger", text, data: { load: name, ...counts } };
  return { load, ledger, acknowledged: load.ledger.ids("acknowledged"), evidence };
}

/**
 * Why a node may still get what it lacks; undefined when it cannot. `lsn` is where the WAL of the one
 * live primary ends, if there is one.
 */
export function mayStillCome(position: Position, lsn: string | undefined): string | undefined {
  if (!position.isStandby) return undefined;
  if (lsn === undefined) return "no live primary says whether more is to come";
  return position.missingBytes > 0 ? describePosition(position, lsn) : undefined;
}
