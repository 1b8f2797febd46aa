/**
 * The stage as an invariant sees it: the same cluster through connections of its own, so that a
 * blocked step cannot blind it.
 *
 * @module
 */
import { Roles } from "../cluster/roles.ts";
import type { Scene } from "./scene.ts";
import type { Stage } from "./stage.ts";

/** The scene of the invariants of a stage. */
export function watchScene(stage: Stage): Scene {
  const { case: id, stack, cluster, links, loads, logStart, stepLogs, random, emit } = stage;
  const { disturbances, walEnds } = stage;
  return {
    case: id,
    stack,
    cluster,
    links,
    loads,
    logStart,
    stepLogs,
    random,
    emit,
    disturbances,
    walEnds,
    observer: stage.watcher,
    roles: new Roles(cluster, stage.watcher, random),
    get lastWrite() {
      return stage.lastWrite;
    },
    get disturbed() {
      return stage.disturbed;
    },
  };
}
