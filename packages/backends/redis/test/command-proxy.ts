import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy that knows some commands only, as many of those in front of managed servers do. */
export interface CommandProxy {
  readonly url: string;
  /** Connections that the proxy has closed for a command that it does not know, by command. */
  readonly closed: readonly string[];
  /** Commands that it has answered with an error, which it does not know. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

export interface CommandProxyOptions {
  readonly target: number;
  /** In capital letters. */
  readonly knows: readonly string[];
  /** What it does about others: twemproxy closes the connection, Envoy replies with an error. */
  readonly others: "close" | "refuse";
}

/** Commands of an entry and of leases: those that twemproxy knows. */
export const DATA = ["GET", "MGET", "SET", "STRLEN", "UNLINK", "EVALSHA", "EVAL", "QUIT", "AUTH"];

export async function startCommandProxy({
  target,
  knows,
  others,
}: CommandProxyOptions): Promise<CommandProxy> {
  const [closed, refused]: [string[], string[]] = [[], []];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const onward = keep(connect(target, "127.0.0.1"));
    keep(client).on("data", (request: Buffer) => {
      const unknown = commandsOf(request).find((command) => !knows.includes(command));
      if (unknown === undefined) return onward.write(request);
      if (others === "refuse") {
        refused.push(unknown);
        return client.write(`-unsupported command '${unknown.toLowerCase()}'\r\n`);
      }
      closed.push(unknown);
      return client.destroy();
    });
    onward.pipe(client);
    client.on("close", () => onward.destroy());
    onward.on("close", () => client.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    closed,
    refused,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** The names of the commands in one part of a stream: good enough for small commands. */
function commandsOf(request: Buffer): string[] {
  return [...request.toString("latin1").matchAll(/(?:^|\r\n)\*\d+\r\n\$\d+\r\n([A-Za-z]+)\r\n/g)].map(
    ([, name]) => (name as string).toUpperCase(),
  );
}
