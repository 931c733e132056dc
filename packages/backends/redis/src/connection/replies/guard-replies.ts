import type { Socket } from "node:net";
import { ReplyFilter, type ReplyLimits } from "./reply-filter.ts";
import type { Expected } from "./reply-shape.ts";

/** The part of an ioredis or iovalkey client that tells which replies it waits for. */
interface Waiting {
  readonly stream?: Socket | undefined;
  /** Commands that have been sent and have no reply. */
  readonly commandQueue: {
    readonly length: number;
    peekFront(): { readonly command: { readonly name: string } } | undefined;
  };
  readonly condition?: { readonly subscriber: unknown } | null | undefined;
}

/** Guards the bytes that a socket receives. */
class ReplyGuard {
  readonly #filter: ReplyFilter;
  /** Before a client has the socket, commands are sent one by one. */
  #expected: () => Expected = () => 1;

  constructor(socket: Socket, limits: ReplyLimits) {
    this.#filter = new ReplyFilter(limits);
    const push = socket.push.bind(socket);
    // Node's sockets hand each chunk that they receive to `push`.
    socket.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (!Buffer.isBuffer(chunk)) return push(chunk, encoding);
      const bytes = this.#pass(socket, chunk);
      return bytes.length === 0 ? !socket.destroyed : push(bytes);
    };
  }

  /** From now on replies are for `client`. */
  follow(client: Waiting, limits: ReplyLimits): void {
    this.#filter.limits = limits;
    this.#expected = () => expectedBy(client);
  }

  #pass(socket: Socket, chunk: Buffer): Buffer {
    try {
      return this.#filter.pass(chunk, this.#expected());
    } catch (error) {
      socket.destroy(error as Error);
      return Buffer.alloc(0);
    }
  }
}

const guards = new WeakMap<Socket, ReplyGuard>();

/** From now on the socket hands on replies within the limits, and breaks at bytes that are no replies. */
export function guardSocket(socket: Socket, limits: ReplyLimits): ReplyGuard {
  const guard = guards.get(socket) ?? new ReplyGuard(socket, limits);
  guards.set(socket, guard);
  return guard;
}

/** The same for every connection of an ioredis client: only replies that it waits for come through. */
export function guardReplies<Client extends { on(event: "connect", listener: () => void): unknown }>(
  client: Client,
  limits: ReplyLimits,
): Client {
  const waiting = client as unknown as Waiting;
  client.on("connect", () => {
    if (waiting.stream) guardSocket(waiting.stream, limits).follow(waiting, limits);
  });
  return client;
}

function expectedBy({ commandQueue, condition }: Waiting): Expected {
  const isSubscribing = commandQueue.peekFront()?.command.name === "subscribe";
  return condition?.subscriber || isSubscribing ? "messages" : commandQueue.length;
}
