import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A server that greets as Redis does, and then answers with any bytes. */
export interface LyingServer {
  readonly port: number;
  /** The bytes that follow each command about data, in two writes. A server that has lied often hangs up. */
  lie: readonly Uint8Array[];
  close(): Promise<void>;
}

/** Lies on one connection: a `clear` goes on for as long as a server says that there are more keys. */
const MOST_LIES = 20;

const COMMAND = /\*(\d+)\r\n\$\d+\r\n([A-Za-z]+)\r\n(?:\$\d+\r\n([^\r]*)\r\n)?(?:\$\d+\r\n([^\r]*)\r\n)?/g;

const HELLO = { 2: "*2\r\n$5\r\nproto\r\n:2\r\n", 3: "%1\r\n$5\r\nproto\r\n:3\r\n" };

/** Replies of a server that is in order, to the commands by which a client begins. */
const GREETINGS: Readonly<Record<string, (first: string, second: string) => string>> = {
  HELLO: (version) => HELLO[version === "3" ? 3 : 2],
  AUTH: () => "+OK\r\n",
  SELECT: () => "+OK\r\n",
  PING: () => "+PONG\r\n",
  INFO: () => bulk("role:master\r\nredis_version:7.0.15\r\nloading:0\r\n"),
  PUBLISH: () => ":1\r\n",
  PUBSUB: (_, channel) => `*2\r\n${bulk(channel)}:1\r\n`,
  CLIENT: (word) => (/^(ID|GETREDIR)$/i.test(word) ? ":7\r\n" : "+OK\r\n"),
};

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
}

export async function startLyingServer(): Promise<LyingServer> {
  const sockets = new Set<Socket>();
  const lying: { lie: readonly Uint8Array[] } = { lie: [] };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket.on("error", () => {}).on("close", () => sockets.delete(socket)));
    let told = 0;
    socket.on("data", (data) => {
      told += 1;
      if (told > MOST_LIES) socket.destroy();
      else answer(socket, data, lying.lie);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(lying, {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  });
}

function answer(socket: Socket, request: Buffer, lie: readonly Uint8Array[]): void {
  for (const [, count, name = "", first = "", second = ""] of request.toString("latin1").matchAll(COMMAND)) {
    const greeting = GREETINGS[name.toUpperCase()];
    if (name.toUpperCase() === "SUBSCRIBE")
      subscribed(socket, [first, second].slice(0, Number(count) - 1), lie);
    else if (greeting !== undefined) socket.write(greeting(first, second));
    else for (const part of lie) setImmediate(() => socket.writable && socket.write(part));
  }
}

/** The lie comes as the text of a message, as the reply to tracking, and as it is. */
function subscribed(socket: Socket, channels: readonly string[], lie: readonly Uint8Array[]): void {
  for (const [index, channel] of channels.entries())
    socket.write(`*3\r\n${bulk("subscribe")}${bulk(channel)}:${index + 1}\r\n`);
  const text = Buffer.concat(lie).toString("latin1");
  const at = channels[0] ?? "";
  setTimeout(() => {
    if (!socket.writable) return;
    socket.write(`*3\r\n${bulk("message")}${bulk(at)}${bulk(text)}`, "latin1");
    socket.write(`*3\r\n${bulk("message")}${bulk(at)}${text}`, "latin1");
    socket.write(text, "latin1");
  }, 5);
}
