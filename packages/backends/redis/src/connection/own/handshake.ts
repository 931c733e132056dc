import type { Socket } from "node:net";
import { BackendError } from "@hitbox/core";
import { classify } from "../classify.ts";
import { safeError } from "../safe-error.ts";
import type { Login } from "./login.ts";

/**
 * Signs in on a new connection, before ioredis has it. So a login that the server refuses, a wrong database
 * and a replica are failures to connect, with their reason, and ioredis has nothing to print.
 *
 * Protocol: https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export async function signIn(socket: Socket, { username, password, database }: Login): Promise<void> {
  if (password !== undefined) {
    const word = await passwordOf(password, socket);
    const words = username === undefined ? ["AUTH", word] : ["AUTH", username, word];
    await ask(socket, words).catch(ignoreNeedless);
  }
  if (database !== 0) await ask(socket, ["SELECT", `${database}`]);
}

/** The `role` of the server, as INFO tells it. Undefined if INFO is not allowed. */
export async function roleOf(socket: Socket): Promise<string | undefined> {
  const info = await ask(socket, ["INFO", "replication"]).catch(() => "");
  return /^role:(\w+)/m.exec(info)?.[1];
}

/** What each socket waits for, as a reason why it is not connected yet. */
const waits = new WeakMap<Socket, string>();

/** Says what a connection that is being made has not been given. A server without TLS never shakes hands. */
export function waitOf(socket: Socket): string | undefined {
  const { secureConnecting } = socket as { secureConnecting?: boolean };
  const isShaking = !socket.connecting && secureConnecting === true;
  return isShaking
    ? "no answer to the TLS handshake; if the server has no TLS, write redis://"
    : waits.get(socket);
}

async function passwordOf(password: string | (() => unknown), socket: Socket): Promise<string> {
  if (typeof password === "string") return password;
  let given: unknown;
  waits.set(socket, "the `password` function has not answered");
  try {
    given = await password();
  } catch (error) {
    throw new BackendError("connection", "the `password` function failed", { cause: safeError(error) });
  }
  if (typeof given === "string") return given;
  throw new BackendError("connection", `the \`password\` function must give a string; got ${typeof given}`);
}

// The server asks for no password. ioredis goes on too, and prints that.
function ignoreNeedless(error: Error): void {
  const { message } = error;
  if (!/no password is set|without any password configured/.test(message)) throw error;
}

/** Characters of a reply at most: INFO has some hundreds. */
const MAX_REPLY = 65_536;

/** Sends one command, alone on the connection. Resolves with the reply, rejects with the refusal. */
function ask(socket: Socket, words: readonly string[]): Promise<string> {
  waits.set(socket, `the server has not answered ${words[0]}`);
  return new Promise((resolve, reject) => {
    let received = "";
    const hear = (part: Buffer): void => {
      received += part.toString();
      const reply = completeReply(received) ?? (received.length > MAX_REPLY ? "-reply too long" : undefined);
      if (reply === undefined) return;
      done();
      if (reply.startsWith("-")) reject(refusal(words[0] ?? "", reply.slice(1)));
      else resolve(reply);
    };
    const end = (): void => {
      done();
      const message = `the server closed the connection at ${words[0]}`;
      reject(new BackendError("connection", message));
    };
    const done = (): void => {
      socket.off("data", hear).off("close", end);
      socket.pause();
    };
    socket.on("data", hear).on("close", end);
    socket.resume();
    socket.write(encoded(words));
  });
}

function encoded(words: readonly string[]): string {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${parts.join("")}`;
}

/** A line, or the text of a bulk string. Undefined as long as it is not complete. */
function completeReply(received: string): string | undefined {
  const end = received.indexOf("\r\n");
  if (end < 0) return undefined;
  const line = received.slice(0, end);
  if (!line.startsWith("$")) return line;
  const text = received.slice(end + 2);
  return Buffer.byteLength(text) < Number(line.slice(1)) + 2 ? undefined : text;
}

/** Names the command, and holds none of its arguments. */
function refusal(command: string, reply: string): BackendError {
  const cause = safeError(new Error(reply));
  const code = classify(cause) ?? "internal";
  return new BackendError(code, `the server refused ${command}: ${cause.message}`, { cause });
}
