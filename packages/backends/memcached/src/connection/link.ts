import type { ConnectionOptions } from "node:tls";
import { BackendError, outside } from "@hitbox/core";
import type { Address } from "../address.ts";
import { type Dialect, dialectOf, login, type Request, VERSION } from "../protocol/dialect.ts";
import { Channel } from "./channel.ts";
import { openSocket } from "./open-socket.ts";

/** Milliseconds without a try after a try that failed: doubled from one to the next. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1_000;

/** Milliseconds that a server may take for the commands under way when the backend is closed. */
const CLOSE_MS = 1_000;

export interface LinkOptions {
  readonly tls: ConnectionOptions | undefined;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly maxItemBytes: number;
  /** Milliseconds for a connection, after which a command is not sent any more. */
  readonly timeout: number;
}

interface Opened {
  readonly channel: Channel;
  readonly dialect: Dialect;
}

/**
 * The way to one server: a connection that the first command opens, and the next one after it broke. While a
 * server cannot be reached, commands fail at once, and a try is made after pauses of up to a second.
 */
export class Link {
  readonly #address: Address;
  readonly #options: LinkOptions;
  #opened: Opened | undefined;
  #opening: Promise<Opened> | undefined;
  #pause = 0;
  #failedAt = 0;
  #failure: BackendError | undefined;
  #isClosed = false;
  #epoch = 0;

  constructor(address: Address, options: LinkOptions) {
    this.#address = address;
    this.#options = options;
  }

  /** Changes with each connection: another server may answer the next one, and number versions anew. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Sends a command in the words of the server. */
  run<R>(make: (dialect: Dialect) => Request<R>): Promise<R> {
    return this.#with(({ channel, dialect }) => channel.send(make(dialect)));
  }

  /** Sends many. Each is answered, or fails, by itself. */
  runEach<R>(make: (dialect: Dialect) => readonly Request<R>[]): Promise<(R | BackendError)[]> {
    return this.#with(({ channel, dialect }) => channel.sendEach(make(dialect)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = this.#opened ?? (await this.#opening?.catch(() => undefined));
    await opened?.channel.close(CLOSE_MS);
  }

  #with<R>(send: (opened: Opened) => Promise<R>): Promise<R> {
    return this.#opened ? send(this.#opened) : this.#sendLater(send);
  }

  async #sendLater<R>(send: (opened: Opened) => Promise<R>): Promise<R> {
    const since = performance.now();
    const opened = await this.#open();
    // Its caller has been told that it failed: a write must not come after a newer one.
    if (performance.now() - since > this.#options.timeout)
      throw new BackendError("timeout", "there was no connection in time");
    return send(opened);
  }

  #open(): Promise<Opened> {
    if (this.#isClosed) return Promise.reject(new BackendError("closed", "the backend was closed"));
    if (this.#failure && performance.now() - this.#failedAt < this.#pause)
      return Promise.reject(this.#failure);
    this.#opening ??= outside(() => this.#connect()).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<Opened> {
    try {
      const opened = await this.#handshake();
      this.#pause = 0;
      this.#failure = undefined;
      this.#opened = opened;
      return opened;
    } catch (error) {
      this.#failure = error as BackendError;
      this.#failedAt = performance.now();
      this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2 || FIRST_PAUSE);
      throw error;
    }
  }

  async #handshake(): Promise<Opened> {
    const { tls, credentials, timeout, maxItemBytes } = this.#options;
    const socket = await openSocket(this.#address, tls, timeout);
    const silence = Math.max(5_000, 2 * timeout);
    const channel: Channel = new Channel(socket, { maxItemBytes, silence, ended: () => this.#lost(channel) });
    const timer = setTimeout(() => channel.end(silent(timeout)), timeout);
    try {
      if (credentials) await channel.send(login(credentials.username, credentials.password));
      const dialect = dialectOf(await channel.send(VERSION));
      this.#epoch += 1;
      return { channel, dialect };
    } catch (error) {
      channel.end(error as BackendError);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #lost(channel: Channel): void {
    if (this.#opened?.channel !== channel) return;
    this.#opened = undefined;
    this.#epoch += 1;
  }
}

function silent(ms: number): BackendError {
  return new BackendError("connection", `the server has not told its version within ${ms} ms`);
}
