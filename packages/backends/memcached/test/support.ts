import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export { dataOf as textOf, failureOf, storedEntry as entry, succeeds, until } from "@hitbox/test-support";

/** Milliseconds: a deadline that no operation meets which waits for nothing. */
export const FAR_DEADLINE = 20_000;
/** More milliseconds than such an operation takes, on a busy machine too. */
export const AT_ONCE = FAR_DEADLINE / 2;

let spaces = 0;

/** A prefix that no other test of this process uses. */
export function freshPrefix(): string {
  spaces += 1;
  return `space${spaces}`;
}

/** The reply of a server to a command, up to the answer of a `mn` after it. */
export async function ask(port: number, command: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let heard = "";
  socket.on("data", (bytes) => {
    heard += bytes.toString("latin1");
    if (heard.endsWith("MN\r\n")) socket.end();
  });
  socket.write(`${command}\r\nmn\r\n`);
  await once(socket, "close");
  return heard.replace(/\r\nMN\r\n$|^MN\r\n$/, "");
}

/** Seconds that a server gives a key; -1: for ever; undefined: there is none. */
export async function secondsLeft(port: number, key: string): Promise<number | undefined> {
  const said = /^HD t(-?\d+)/.exec(await ask(port, `mg ${key} t`));
  return said ? Number(said[1]) : undefined;
}

/** A server that answers as it is told, for each connection. */
export interface Pretender {
  readonly address: string;
  readonly port: number;
  close(): void;
}

export async function pretend(serve: (socket: Socket) => void): Promise<Pretender> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    serve(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    ...{ address: `127.0.0.1:${port}`, port },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Stands before a server as an older one: it tells another version, and knows no meta commands. */
export function asOld(port: number): Promise<Pretender> {
  return pretend((socket) => {
    const onward = connect(port, "127.0.0.1").on("error", () => {});
    onward.on("data", (bytes) => {
      const isVersion = bytes.subarray(0, 8).toString() === "VERSION ";
      socket.write(isVersion ? Buffer.from("VERSION 1.4.39\r\n") : bytes);
    });
    socket.on("data", (bytes) => {
      if (/^m[gsdn] /.test(bytes.toString("latin1"))) socket.write("ERROR\r\n");
      else onward.write(bytes);
    });
    socket.on("close", () => onward.destroy());
    onward.on("close", () => socket.destroy());
  });
}
