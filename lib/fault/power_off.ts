/**
 * `power_off`: the machine loses its power: what was never fsynced is gone. SIGKILL is not that, for
 * the kernel still writes what the server gave it. A target that has it takes the data directory
 * back to the last fsync of every file, which needs a file system of the target's own (dm-log-writes,
 * a FUSE that keeps back what is not synced): none of ours can, so a scenario with this fault is not
 * run, and says why. That `fsync` is on is for `expect: setting` to judge.
 *
 * @module
 */
import { defineFault, FaultError } from "./kind.ts";

/** The fault. */
export const power_off = defineFault({
  name: "power_off",
  summary: "The machine loses power: what was not fsynced is gone",
  words: {},
  requires: ["power_cut"],
  silences: true,
  inject(_scene, node) {
    throw new FaultError(
      `Cannot power ${node.name} off: its files cannot be taken back to their last fsync`,
    );
  },
});
