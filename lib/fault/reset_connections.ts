/**
 * `reset_connections`: the connections between a replica and its upstream are torn, once. Both ends
 * get an RST where the harness's machine can send one (Linux), else a FIN; the proof says which. New
 * connections are not hindered.
 *
 * @module
 */
import { between, replicasOf } from "../link/between.ts";
import { enter } from "../link/enter.ts";
import { followed } from "../link/followed.ts";
import { until } from "../link/look.ts";
import { mustFlow, proveFlows } from "../link/proof.ts";
import { defineFault, FaultError } from "./kind.ts";

/** The fault. */
export const reset_connections = defineFault({
  name: "reset_connections",
  summary: "Tears the connections between a replica and its upstream, once",
  words: { between },
  requires: ["links"],
  silences: false,
  find: (scene, { node, words }, signal) =>
    replicasOf(scene, { between: words.between, node }, signal),
  async inject(scene, node, _words, signal) {
    const link = await enter(scene, node, signal);
    await mustFlow(scene, link, signal);
    const { pid } = await followed(scene, node, signal);
    const ending = link.relay.reset();
    if (!ending) throw new FaultError(`no connection of ${node.name} goes through the relay`);
    await until(`the WAL receiver of ${node.name} should lose its connection`, signal, async () => {
      const now = await followed(scene, node, signal);
      return now.pid === pid ? { seen: `receiver ${pid} is ${now.status}` } : { done: undefined };
    });
    return {
      proof: `WAL receiver ${pid} of ${node.name} lost its connection to ${link.upstream.name} ` +
        `by ${ending}`,
      heal: (limit) => proveFlows(scene, link, limit),
    };
  },
});
