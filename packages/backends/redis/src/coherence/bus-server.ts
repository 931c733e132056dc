import slotOf from "cluster-key-slot";
import { isCluster, type RedisClusterClient } from "../redis-client.ts";
import type { CoherenceSettings } from "./coherence.ts";
import type { CoherentClient } from "./coherent-client.ts";

/**
 * Where a channel's messages are published and heard. In a cluster all nodes hear what is published on any of them, but
 * nodes tell one another late (https://github.com/valkey-io/valkey/issues/1758): by up to 40 ms, on Linux. So all who use a
 * channel meet at the master that owns its slot; while that does not answer, at any other, later but not wrong.
 */
export class BusServer {
  readonly #settings: CoherenceSettings;
  readonly #channel: string;
  /** The address of an owner that has not answered, until it does. */
  #avoided: string | undefined;
  /** The latest choice: kept, since messages that go by way of different nodes overtake one another. */
  #last: CoherentClient | undefined;
  #looking: Promise<boolean> | undefined;

  constructor(settings: CoherenceSettings, channel: string) {
    this.#settings = settings;
    this.#channel = channel;
  }

  /** The one server, or the owner, or another node. */
  choose(): CoherentClient {
    const { client } = this.#settings;
    if (!isCluster(client)) return client;
    const owner = this.#ownerAmong(client);
    const isAvoided = this.#avoided !== undefined && this.#avoided === this.#ownersAddress(client);
    // One whose connection has ended is not among the nodes until it is asked for something.
    if (owner === undefined && !isAvoided) void this.look();
    this.#last = owner === undefined || isAvoided ? this.#another(client) : owner;
    return this.#last;
  }

  /** `server`, which was chosen, has not answered, or not as it should. An owner that is there is soon chosen again. */
  failed(server: CoherentClient | undefined): void {
    const { client } = this.#settings;
    if (server === undefined || !isCluster(client)) return;
    const address = addressOf(server);
    if (address === this.#ownersAddress(client)) this.#avoided = address;
    if (server === this.#last) this.#last = undefined;
    void this.look();
  }

  /**
   * Asks the owner for something; resolves with it where it answers. It is what tells of a new owner, to whom the client is
   * redirected, and that one answers again: publishing does neither, since any node takes it.
   */
  async look(): Promise<CoherentClient | undefined> {
    const { client } = this.#settings;
    if (!isCluster(client)) return undefined;
    this.#looking ??= this.#ask(client);
    const hasAnswered = await this.#looking;
    return hasAnswered ? this.#ownerAmong(client) : undefined;
  }

  async #ask(client: RedisClusterClient): Promise<boolean> {
    const key = this.#channel.slice(client.options?.keyPrefix?.length ?? 0);
    const asked = this.#ownersAddress(client);
    try {
      // Not said to be about its key: a node whose connection broke a moment ago would be left alone, and it is asked just then.
      await this.#settings.connection.run({ send: () => client.strlen(key), take: () => {} });
      this.#avoided = undefined;
      return true;
    } catch {
      // That says nothing about an owner who has come meanwhile.
      if (asked === this.#ownersAddress(client)) this.#avoided = asked;
      return false;
    } finally {
      this.#looking = undefined;
    }
  }

  #ownersAddress(client: RedisClusterClient): string | undefined {
    return client.slots[slotOf(this.#channel)]?.[0];
  }

  /** The master that the slot belongs to, as far as is known. */
  #ownerAmong(client: RedisClusterClient): CoherentClient | undefined {
    const address = this.#ownersAddress(client);
    return nodesOf(client, "master").find((node) => addressOf(node) === address);
  }

  #another(client: RedisClusterClient): CoherentClient {
    const masters = nodesOf(client, "master");
    // ioredis strikes off nodes whose connection has ended, and looks at the slots again when it is asked for something.
    if (masters.length === 0) client.refreshSlotsCache();
    const nodes = masters.length > 0 ? masters : nodesOf(client, "all");
    const others = nodes.filter((node) => addressOf(node) !== this.#avoided);
    const ready = others.filter(({ status }) => status === "ready");
    if (this.#last !== undefined && ready.includes(this.#last)) return this.#last;
    // One is connected to when something is first asked of it.
    const chosen = [ready, others, nodes].find(({ length }) => length > 0) ?? [];
    const node = chosen[Math.floor(Math.random() * chosen.length)];
    if (node === undefined) throw new Error("no node of the cluster is known");
    return node;
  }
}

function nodesOf(client: RedisClusterClient, role: "all" | "master"): readonly CoherentClient[] {
  return client.nodes(role) as unknown as readonly CoherentClient[];
}

/** As it stands in a cluster's slots. */
export function addressOf({ options }: CoherentClient): string {
  return `${options?.host}:${options?.port}`;
}
