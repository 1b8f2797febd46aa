/**
 * Catalogues of controls as data, and what a run says of each control.
 *
 *     fixtures/controls/*.yaml ─read─> Catalogue ─judge, with a result─> Judgement
 *
 * @module
 */
import type { Waiver } from "../../result/event.ts";
import type { CaseResult } from "../../result/model.ts";

/** One control, in words of our own. */
export interface Control {
  /** As the framework has it: `CP-10(4)`, `7.5`, `A1.3`. */
  id: string;
  title: string;
  /**
   * What has to be seen, all of it: `claim:A1`, a control of another catalogue, or
   * `scenario:lag/lag-under-load`. Cases that name the control itself are always looked at.
   */
  needs: string[];
  /** Where the framework numbers what this is tested by: `CP-10(4)` of NIST for a CIS item. */
  nist: string[];
  /** Why no run can tell, where that is so. */
  note?: string;
}

/** One framework in one version. */
export interface Catalogue {
  /** What stands before the colon in a key: `nist-800-53`. */
  id: string;
  title: string;
  version: string;
  note?: string;
  controls: Control[];
}

/** Three-valued: what was not seen is not satisfied, and not failed either. */
export type ControlStatus = "satisfied" | "not-satisfied" | "not-assessed";

/** One of the needs of a control. */
export interface Check {
  need: string;
  status: ControlStatus;
  /** One line: why. */
  why: string;
  cases: CaseResult[];
}

/** What a run says of a control. */
export interface Judgement {
  catalogue: Catalogue;
  control: Control;
  /** `nist-800-53:CP-10(4)`. */
  key: string;
  status: ControlStatus;
  /** One line: why. */
  why: string;
  checks: Check[];
  /** Each case once. */
  cases: CaseResult[];
  /** Counts on the day of the run. */
  waiver?: Waiver;
  /** One that does not count any more. */
  expired?: Waiver;
}
