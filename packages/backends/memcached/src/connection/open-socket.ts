import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import { BackendError } from "@hitbox/core";
import { type Address, nameOf } from "../address.ts";

/** Resolves with a connected socket, after the TLS handshake if there is one. Settles within `ms`. */
export function openSocket(
  address: Address,
  tls: ConnectionOptions | undefined,
  ms: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = tls ? connectTls(withName(address, tls)) : connect(address);
    const end = (error: BackendError): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const failed = (cause: Error): void => end(notOpened(address, cause));
    const timer = setTimeout(() => end(silent(address, ms, tls)), ms);
    const closed = (): void => failed(new Error("the server has closed the connection"));
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 10_000);
    socket.once("error", failed);
    socket.once("close", closed);
    socket.once(tls ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      socket.off("error", failed);
      socket.off("close", closed);
      resolve(socket);
    });
  });
}

function withName(address: Address, tls: ConnectionOptions): ConnectionOptions {
  const name = "host" in address && isIP(address.host) === 0 ? { servername: address.host } : {};
  return { ...name, ...tls, ...address };
}

function notOpened(address: Address, cause: Error): BackendError {
  const { code = cause.message } = cause as NodeJS.ErrnoException;
  return new BackendError("connection", `no connection to ${nameOf(address)}: ${code}`, { cause });
}

function silent(address: Address, ms: number, tls: ConnectionOptions | undefined): BackendError {
  const step = tls ? "the TLS handshake" : "a connection";
  return new BackendError("connection", `${nameOf(address)} has not answered ${step} within ${ms} ms`);
}
