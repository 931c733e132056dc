import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Speed of replies: at once, or so many milliseconds late. */
export type Passage = "at once" | { readonly late: number };

/** Stands between a client and a server on 127.0.0.1. */
export interface TcpProxy {
  readonly port: number;
  /** For replies that come from now on. */
  pass(passage: Passage): void;
  /** Lets half of the next reply through, and then resets its connection. */
  cutNext(): void;
  close(): Promise<void>;
}

/**
 * @example
 * const proxy = await startProxy(server.port);
 * proxy.pass({ late: 500 });
 */
export async function startProxy(target: number): Promise<TcpProxy> {
  let passage: Passage = "at once";
  let isCutting = false;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const onward = keep(connect(target, "127.0.0.1"));
    keep(client).pipe(onward);
    client.on("close", () => onward.destroy());
    onward.on("close", () => client.destroy());
    const deliver = inOrder(client);
    onward.on("data", (reply: Buffer) => {
      if (isCutting) cut(client, reply);
      else deliver(reply, passage === "at once" ? 0 : passage.late);
      isCutting = false;
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    pass(next) {
      passage = next;
    },
    cutNext() {
      isCutting = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function cut(client: Socket, reply: Buffer): void {
  client.write(reply.subarray(0, reply.length / 2), () => client.resetAndDestroy());
}

/** Writes replies so many milliseconds late, and none before an earlier one. */
function inOrder(client: Socket): (reply: Buffer, late: number) => void {
  const waiting: { readonly reply: Buffer; readonly due: number }[] = [];
  const flush = (): void => {
    const now = performance.now() + 1;
    for (let next = waiting[0]; next !== undefined && next.due <= now; next = waiting[0]) {
      waiting.shift();
      if (client.writable) client.write(next.reply);
    }
  };
  return (reply, late) => {
    waiting.push({ reply, due: performance.now() + late });
    setTimeout(flush, late);
    flush();
  };
}
