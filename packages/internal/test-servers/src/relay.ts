import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Stands before a server on 127.0.0.1, for example for the backends of one space. */
export interface Relay {
  readonly port: number;
  /** Connections that clients have open. */
  connections(): number;
  /** Breaks all connections, and takes no more. */
  close(): void;
}

export async function startRelay(target: number): Promise<Relay> {
  const clients = new Set<Socket>();
  const relay = createServer((client) => {
    const onward = connect(target, "127.0.0.1");
    clients.add(client);
    client.on("error", () => {}).on("close", () => clients.delete(client) && onward.destroy());
    onward.on("error", () => {}).on("close", () => client.destroy());
    client.pipe(onward).pipe(client);
  });
  await once(relay.listen(0, "127.0.0.1"), "listening");
  relay.unref();
  return {
    port: (relay.address() as AddressInfo).port,
    connections: () => clients.size,
    close() {
      relay.close();
      for (const client of clients) client.destroy();
    },
  };
}

/** Relays of names, such as the spaces of a backend, which are made when they are asked for. */
export class Relays {
  readonly #relays = new Map<string, Promise<Relay[]>>();

  /** A relay for each of the servers at `targets`, always the same ones. */
  of(name: string, targets: readonly number[]): Promise<Relay[]> {
    const relays = this.#relays.get(name) ?? Promise.all(targets.map(startRelay));
    this.#relays.set(name, relays);
    return relays;
  }

  /** The address of a server, by a relay of a name. */
  async urlOf(name: string, url: string): Promise<string> {
    const address = new URL(url);
    const [relay] = await this.of(name, [Number(address.port)]);
    address.port = `${relay?.port}`;
    return address.href;
  }

  /** For the conformance kit, where each space has a relay of its name: counts and breaks its connections. */
  readonly hooks = {
    connections: (space: string): Promise<number> => this.connections(space),
    breakConnection: (space: string): Promise<void> => this.break(space),
  };

  /** Connections that clients of a name have open. */
  async connections(name: string): Promise<number> {
    const relays = (await this.#relays.get(name)) ?? [];
    return relays.reduce((sum, relay) => sum + relay.connections(), 0);
  }

  async break(name: string): Promise<void> {
    for (const relay of (await this.#relays.get(name)) ?? []) relay.close();
  }

  async close(): Promise<void> {
    for (const name of this.#relays.keys()) await this.break(name);
  }
}
