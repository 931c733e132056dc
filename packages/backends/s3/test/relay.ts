import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Stands before a server on 127.0.0.1, for the backends of one space. */
export interface Relay {
  readonly endpoint: string;
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
    endpoint: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    connections: () => clients.size,
    close() {
      relay.close();
      for (const client of clients) client.destroy();
    },
  };
}
