import slotOf from "cluster-key-slot";
import type { ClientPort, ClusterPort, NodePort } from "../../connection/client-port.ts";
import type { CoherenceSettings } from "../coherence.ts";

/**
 * The server on which the messages of a channel are published and heard. In a cluster a message published
 * on any node is heard on all nodes, but nodes tell one another up to 40 ms late on Linux
 * (https://github.com/valkey-io/valkey/issues/1758). So all users of a channel meet at its owner, the
 * master of its slot. While the owner does not answer, any other node serves: later, but not wrong.
 */
export class BusServer {
  readonly #settings: CoherenceSettings;
  readonly #port: ClientPort;
  readonly #channel: string;
  /** The address of an owner that has not answered, until it does. */
  #avoided: string | undefined;
  /** The latest choice. It is kept, since messages by way of different nodes overtake one another. */
  #last: string | undefined;
  #looking: Promise<boolean> | undefined;

  constructor(settings: CoherenceSettings, channel: string) {
    this.#settings = settings;
    this.#port = settings.connection.port;
    this.#channel = channel;
  }

  /** The one server, or the owner, or another node. */
  choose(): NodePort {
    if (this.#port.topology === "server") return this.#port.node;
    const owner = this.#ownerAmong(this.#port);
    const isAvoided = this.#avoided !== undefined && this.#avoided === this.#ownersAddress(this.#port);
    // A node whose connection has ended is not among the nodes until it is asked for something.
    if (owner === undefined && !isAvoided) void this.look();
    const chosen = owner === undefined || isAvoided ? this.#another(this.#port) : owner;
    this.#last = chosen.address;
    return chosen;
  }

  /**
   * `server`, which was chosen, has not answered, or not correctly. An owner that is there is soon chosen
   * again.
   */
  failed(server: NodePort | undefined): void {
    if (server === undefined || this.#port.topology === "server") return;
    const { address } = server;
    if (address === this.#ownersAddress(this.#port)) this.#avoided = address;
    if (address === this.#last) this.#last = undefined;
    void this.look();
  }

  /**
   * Asks the owner for something. Resolves with the owner if it answers. Only this tells of a new owner, to
   * which the client is redirected, and of an owner that answers again: any node takes a PUBLISH.
   */
  async look(): Promise<NodePort | undefined> {
    if (this.#port.topology === "server") return undefined;
    this.#looking ??= this.#ask(this.#port);
    const hasAnswered = await this.#looking;
    return hasAnswered ? this.#ownerAmong(this.#port) : undefined;
  }

  async #ask(port: ClusterPort): Promise<boolean> {
    const key = this.#channel.slice(port.keyPrefix.length);
    const asked = this.#ownersAddress(port);
    try {
      // Without `key`: a node whose connection broke a moment ago would be bypassed, and it is the one to
      // ask.
      await this.#settings.connection.run({ send: () => port.get(key), parse: () => {} });
      this.#avoided = undefined;
      return true;
    } catch {
      // The failure says nothing about an owner that has come meanwhile.
      if (asked === this.#ownersAddress(port)) this.#avoided = asked;
      return false;
    } finally {
      this.#looking = undefined;
    }
  }

  #ownersAddress(port: ClusterPort): string | undefined {
    return port.masterOf(slotOf(this.#channel));
  }

  #ownerAmong(port: ClusterPort): NodePort | undefined {
    const address = this.#ownersAddress(port);
    return port.nodes("master").find((node) => node.address === address);
  }

  #another(port: ClusterPort): NodePort {
    const masters = port.nodes("master");
    // ioredis forgets nodes whose connection has ended, and asks for the slots again when it is asked for
    // something.
    if (masters.length === 0) port.refresh();
    const nodes = masters.length > 0 ? masters : port.nodes("all");
    const others = nodes.filter(({ address }) => address !== this.#avoided);
    const ready = others.filter(({ isReady }) => isReady);
    const latest = ready.find(({ address }) => address === this.#last);
    if (latest !== undefined) return latest;
    // A node is connected to when something is first asked of it.
    const chosen = [ready, others, nodes].find(({ length }) => length > 0) ?? [];
    const node = chosen[Math.floor(Math.random() * chosen.length)];
    if (node === undefined) throw new Error("no node of the cluster is known");
    return node;
  }
}
