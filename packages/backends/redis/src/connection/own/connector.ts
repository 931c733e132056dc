import { once } from "node:events";
import { connect as connectPlain, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectSecure, type TLSSocket } from "node:tls";
import { BackendError } from "@hitbox/core";
import { AbstractConnector, type RedisOptions, SentinelConnector } from "ioredis";
import { guardSocket } from "../replies/guard-replies.ts";
import type { ReplyLimits } from "../replies/reply-filter.ts";
import { roleOf, signIn, waitOf } from "./handshake.ts";
import type { Login } from "./login.ts";

type Connector = NonNullable<RedisOptions["Connector"]>;

/** Hears of attempts to connect, and why they failed. */
export interface Attempts {
  began(socket: Socket): void;
  ended(): void;
  failed(error: Error): void;
}

/** Settings that ioredis hands to a connector. */
interface Target {
  readonly host?: string;
  readonly port?: number;
  readonly family?: number;
  readonly tls?: ConnectionOptions;
  readonly connectTimeout: number;
  readonly disconnectTimeout: number;
}

/** Makes connections to one address that are signed in when ioredis gets them. */
export function connectorFor(login: Login, limits: ReplyLimits, attempts: Attempts): Connector {
  return class extends AbstractConnector {
    readonly #target: Target;

    constructor(target: unknown) {
      super((target as Target).disconnectTimeout);
      this.#target = target as Target;
    }

    async connect(): Promise<Socket | TLSSocket> {
      this.connecting = true;
      // ioredis closes a client that has just been made before it connects.
      await Promise.resolve();
      if (!this.connecting) throw new Error("Connection is closed.");
      const socket = open(this.#target);
      attempts.began(socket);
      this.stream = socket;
      const prepare = (): Promise<void> => connectedAndSignedIn(socket, login, limits);
      const failure = await outcome(inTime(socket, prepare, this.#target.connectTimeout), attempts);
      // ioredis takes a destroyed socket, and `firstError`, as a connection that has failed.
      if (failure !== undefined) Object.assign(this, { firstError: failure, stream: socket.destroy() });
      return socket;
    }
  };
}

/**
 * The same for the master that sentinels name, or for a server of the group whose address is known. A master
 * that turns out to be a replica is left.
 */
export function sentinelConnectorFor(login: Login, limits: ReplyLimits, attempts: Attempts): Connector {
  const ToAddress = connectorFor(login, limits, attempts);
  const ToMaster = masterConnectorFor(login, limits, attempts);
  return function choose(target: RedisOptions) {
    return new (target.sentinels ? ToMaster : ToAddress)(target);
  } as unknown as Connector;
}

function masterConnectorFor(login: Login, limits: ReplyLimits, attempts: Attempts): Connector {
  return class extends SentinelConnector {
    readonly #target: Target;

    constructor(target: unknown) {
      super(target as ConstructorParameters<typeof SentinelConnector>[0]);
      this.#target = target as Target;
    }

    override async connect(emit: (type: string, error: Error) => void): Promise<Socket | TLSSocket> {
      const socket = await super.connect(emit);
      attempts.began(socket);
      const prepare = async (): Promise<void> => {
        await connectedAndSignedIn(socket, login, limits);
        await this.#checkRole(socket);
      };
      const failure = await outcome(inTime(socket, prepare, this.#target.connectTimeout), attempts);
      if (failure !== undefined) Object.assign(this, { firstError: failure, stream: socket.destroy() });
      return socket;
    }

    async #checkRole(socket: Socket): Promise<void> {
      const role = await roleOf(socket);
      if (role === undefined || this.check({ role })) return;
      throw new BackendError("unavailable", "the sentinels named a server that is a replica");
    }
  } as Connector;
}

function open({ host, port, family, tls }: Target): Socket | TLSSocket {
  const address = {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(family !== undefined && { family }),
  };
  return tls === undefined
    ? connectPlain(address as { port: number })
    : connectSecure({ ...address, ...tls });
}

/** Undefined, or the failure. */
async function outcome(establishing: Promise<void>, attempts: Attempts): Promise<Error | undefined> {
  try {
    await establishing;
    return undefined;
  } catch (error) {
    attempts.failed(error as Error);
    return error as Error;
  } finally {
    attempts.ended();
  }
}

/** Rejects as well when the socket breaks, and when `prepare` has taken longer than the timeout. */
async function inTime(socket: Socket, prepare: () => Promise<void>, timeout: number): Promise<void> {
  const timer = setTimeout(() => socket.destroy(late(timeout, socket)), timeout);
  try {
    const broken = new Promise<never>((_, reject) => {
      socket.on("error", reject).once("close", () => reject(closed()));
    });
    await Promise.race([broken, prepare()]);
  } finally {
    clearTimeout(timer);
  }
}

async function connectedAndSignedIn(
  socket: Socket | TLSSocket,
  login: Login,
  limits: ReplyLimits,
): Promise<void> {
  guardSocket(socket, limits);
  await once(socket, "encrypted" in socket ? "secureConnect" : "connect");
  await signIn(socket, login);
}

function late(ms: number, socket: Socket): Error {
  const reason = waitOf(socket);
  return new BackendError("connection", `no connection within ${ms} ms${reason ? `: ${reason}` : ""}`);
}

function closed(): Error {
  return new BackendError("connection", "the server closed the connection before it was ready");
}
