import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One name in front of several servers, such as the primary endpoint of a managed Redis. */
export interface SwitchingProxy {
  readonly url: string;
  readonly port: number;
  /** New connections go to this port from now on. Old ones stay. */
  lead(port: number): void;
  close(): Promise<void>;
}

export async function startSwitchingProxy(first: number): Promise<SwitchingProxy> {
  let target = first;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const onward = keep(connect(target, "127.0.0.1"));
    keep(client).pipe(onward).pipe(client);
    client.on("close", () => onward.destroy());
    onward.on("close", () => client.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    lead(next) {
      target = next;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
