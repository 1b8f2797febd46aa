/**
 * The relays of one case: one for each replica and upstream, made when it is first asked for.
 *
 * A replica whose links are relayed keeps them so whoever it follows: operations ask {@link
 * Links.via} for the address that they write into its `primary_conninfo`.
 *
 * @module
 */
import { type Address, type Cluster, type Node, NodeError } from "../cluster/model.ts";
import { nodeAt } from "./node_at.ts";
import { Relay } from "./relay.ts";

/** A link whose bytes go through a relay. */
export interface Link {
  replica: Node;
  upstream: Node;
  relay: Relay;
  /** Where the replica reaches the relay. */
  via: Address;
}

/** The relays of a cluster. */
export class Links implements AsyncDisposable {
  readonly #cluster: Cluster;
  readonly #random: () => number;
  readonly #relayed = new Set<Node>();
  readonly #links: Link[] = [];

  /** `random` is for jitter and loss. */
  constructor(cluster: Cluster, random: () => number) {
    this.#cluster = cluster;
    this.#random = random;
  }

  /** From now on the links of this node to its upstreams go through relays. */
  relay(node: Node): void {
    this.#relayed.add(node);
  }

  /** The nodes whose links to their upstreams go through relays. */
  get relayed(): readonly Node[] {
    return [...this.#relayed];
  }

  /** Where a node is to reach an upstream; undefined: at its own address. */
  via(replica: Node, upstream: Node): Address | undefined {
    return this.#relayed.has(replica) ? this.link(replica, upstream).via : undefined;
  }

  /**
   * The link from one node to another.
   * @throws {NodeError} when there can be no relay on this target.
   */
  link(replica: Node, upstream: Node): Link {
    const known = this.#links.find((each) =>
      each.replica === replica && each.upstream === upstream
    );
    if (known) return known;
    const { gateway } = this.#cluster;
    if (!gateway) {
      throw new NodeError("Cannot relay a link: the nodes cannot reach the harness's machine");
    }
    const relay = new Relay({
      listen: gateway.listen,
      upstream: upstream.address,
      random: this.#random,
    });
    const via = { host: gateway.host, port: relay.port };
    const link = { replica, upstream, relay, via };
    this.#links.push(link);
    return link;
  }

  /** The link that a replica has when it is connected to this host and port. */
  at(replica: Node, port: number | null): Link | undefined {
    return this.#links.find((link) => link.replica === replica && link.via.port === port);
  }

  /** The node that a replica reaches at a host and port, through a relay or not. */
  behind(replica: Node, host: string | null, port: number | null): Node | undefined {
    return nodeAt(this.#cluster.nodes, host, port) ?? this.at(replica, port)?.upstream;
  }

  /** Ends every relay. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#links.splice(0).map(({ relay }) => relay[Symbol.asyncDispose]()));
    this.#relayed.clear();
  }
}
