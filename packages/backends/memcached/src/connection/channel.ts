import type { Socket } from "node:net";
import { BackendError, outside } from "@hitbox/core";
import { isOutOfStep } from "../protocol/answers.ts";
import type { Request } from "../protocol/dialect.ts";
import { type Reply, ReplyReader } from "../protocol/reply-reader.ts";

/** Most commands without a reply. */
const MOST_PENDING = 20_000;
/** Bytes that wait to be sent, from which on no value is taken. Reads and deletes have few bytes. */
const MOST_BYTES = 64 * 2 ** 20;

const MANY_COMMANDS =
  "20,000 commands wait for an answer of the server; wait for some of them before you send more";
const MANY_BYTES =
  "64 MiB wait to be sent to the server; wait for some of the writes, or use setMany, which does so itself";

/** A command whose reply is to come. */
interface Pending {
  readonly since: number;
  readonly request: Request<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: BackendError) => void;
  next: Pending | undefined;
}

export interface ChannelOptions {
  readonly maxItemBytes: number;
  /** Milliseconds without a byte, while a command waits, after which the connection is left. */
  readonly silence: number;
  /** Called once. */
  readonly ended: (error: BackendError) => void;
}

/**
 * An open connection. Commands of one turn leave in one write, and replies come in the order of the commands.
 * An unanswered command keeps the process alive, an idle connection does not.
 */
export class Channel {
  readonly #socket: Socket;
  readonly #options: ChannelOptions;
  #oldest: Pending | undefined;
  #newest: Pending | undefined;
  #count = 0;
  #outgoing: (string | Uint8Array)[] = [];
  #outgoingBytes = 0;
  #heardAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #error: BackendError | undefined;
  #idle: (() => void) | undefined;

  constructor(socket: Socket, options: ChannelOptions) {
    this.#socket = socket;
    this.#options = options;
    const reader = new ReplyReader(options.maxItemBytes, (reply) => this.#hear(reply));
    socket.on("data", (chunk: Buffer) => this.#read(reader, chunk));
    socket.on("error", (cause) => this.#fail(`the connection broke: ${codeOf(cause)}`, cause));
    socket.on("close", () => this.#fail("the server has closed the connection"));
    socket.unref();
  }

  send<R>(request: Request<R>): Promise<R> {
    const refusal = this.#refusal(1, request.body);
    if (refusal) return Promise.reject(refusal);
    return new Promise((resolve, reject) => this.#send(request, performance.now(), resolve, reject));
  }

  /** Sends commands without a body. Each is answered, or fails, by itself. Rejects if none can be sent. */
  sendEach<R>(requests: readonly Request<R>[]): Promise<(R | BackendError)[]> {
    const refusal = this.#refusal(requests.length);
    if (refusal) return Promise.reject(refusal);
    return new Promise((resolve) => {
      const answers: (R | BackendError)[] = new Array(requests.length);
      const since = performance.now();
      let left = requests.length;
      for (const [at, request] of requests.entries()) {
        const settle = (answer: R | BackendError): void => {
          answers[at] = answer;
          left -= 1;
          if (left === 0) resolve(answers);
        };
        this.#send(request, since, settle, settle);
      }
    });
  }

  #refusal(count: number, body?: Uint8Array): BackendError | undefined {
    if (this.#error) return this.#error;
    if (this.#count + count > MOST_PENDING) return new BackendError("unavailable", MANY_COMMANDS);
    if (body && this.#unsent() >= MOST_BYTES) return new BackendError("unavailable", MANY_BYTES);
    return undefined;
  }

  #send<R>(
    request: Request<R>,
    since: number,
    resolve: (answer: R) => void,
    reject: (error: BackendError) => void,
  ): void {
    this.#append({
      ...{ since, request: request as Request<unknown>, next: undefined },
      ...{ resolve: resolve as (answer: unknown) => void, reject },
    });
    this.#write(request);
  }

  /** Lets the server answer what it has been asked, for `ms` milliseconds, and ends the connection. */
  async close(ms: number): Promise<void> {
    if (this.#count > 0 && this.#error === undefined)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#idle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.end(new BackendError("closed", "the backend was closed"));
  }

  /** Fails every command that is under way. */
  end(error: BackendError): void {
    if (this.#error) return;
    this.#error = error;
    clearTimeout(this.#timer);
    this.#socket.destroy();
    let each = this.#oldest;
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#count = 0;
    for (; each; each = each.next) each.reject(error);
    this.#idle?.();
    this.#options.ended(error);
  }

  #fail(message: string, cause?: unknown): void {
    this.end(new BackendError("connection", message, cause === undefined ? {} : { cause }));
  }

  #append(pending: Pending): void {
    if (this.#newest) this.#newest.next = pending;
    else this.#oldest = pending;
    this.#newest = pending;
    this.#count += 1;
    if (this.#count === 1) this.#socket.ref();
    if (this.#timer === undefined) this.#watch(this.#options.silence);
  }

  /** Bytes of this turn, and of those before it that the system has not taken. */
  #unsent(): number {
    return this.#outgoingBytes + this.#socket.writableLength;
  }

  #write({ head, body }: Request<unknown>): void {
    // A promise, since tests replace the timers and `nextTick`.
    if (this.#outgoing.length === 0) void Promise.resolve().then(() => this.#flush());
    const last = this.#outgoing.length - 1;
    if (typeof this.#outgoing[last] === "string") this.#outgoing[last] += head;
    else this.#outgoing.push(head);
    if (body) this.#outgoing.push(body, "\r\n");
    this.#outgoingBytes += head.length + (body ? body.byteLength + 2 : 0);
  }

  #flush(): void {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    this.#outgoingBytes = 0;
    if (this.#error) return;
    this.#socket.cork();
    for (const part of outgoing)
      this.#socket.write(typeof part === "string" ? Buffer.from(part, "latin1") : part);
    this.#socket.uncork();
  }

  #read(reader: ReplyReader, chunk: Buffer): void {
    this.#heardAt = performance.now();
    try {
      reader.push(chunk);
    } catch (error) {
      this.end(BackendError.is(error) ? error : new BackendError("internal", "a reply was not understood"));
    }
  }

  #hear(reply: Reply): void {
    const pending = this.#oldest;
    if (pending === undefined) throw new BackendError("corrupt", "the server sends replies to no command");
    this.#oldest = pending.next;
    if (this.#oldest === undefined) this.#newest = undefined;
    this.#count -= 1;
    if (this.#count === 0) this.#rest();
    try {
      pending.resolve(pending.request.answer(reply));
    } catch (error) {
      pending.reject(error as BackendError);
    }
    if (pending.request.body && isOutOfStep(reply.line))
      this.#fail("the server refused a command, so its connection is made anew");
  }

  #rest(): void {
    this.#socket.unref();
    this.#idle?.();
  }

  #watch(ms: number): void {
    this.#timer = outside(() => setTimeout(this.#look, ms));
    this.#timer.unref();
  }

  // After a turn of the event loop: if the loop was blocked for long, the reply is there and only has to be
  // read.
  readonly #look = (): void => {
    setImmediate(() => {
      this.#timer = undefined;
      const { silence } = this.#options;
      if (this.#oldest === undefined || this.#error) return;
      const since = Math.max(this.#oldest.since, this.#heardAt);
      const left = since + silence - performance.now();
      if (left <= 0) this.#fail(`the server was silent for ${silence} ms`);
      else this.#watch(Math.ceil(left));
    });
  };
}

function codeOf(cause: Error): string {
  return String((cause as NodeJS.ErrnoException).code ?? cause.name);
}
