import { checkOption } from "@hitbox/core";

/** memcached's own port. */
const DEFAULT_PORT = 11_211;

/** Where a server listens: a host and a port, or the path of a socket. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

const FORM = /^(?:\[([0-9A-Fa-f:.%]+)\]|([^\s:/@[\]]+))(?::(\d{1,5}))?$/;

const RULE =
  'must be a list of one to 1,000 different servers: ["cache-1:11211", "[::1]:11211", "/run/memcached.sock"]';

/** @throws TypeError that names `servers`, and shows none of them. */
export function addressesOf(servers: readonly string[]): Address[] {
  const isList = Array.isArray(servers) && servers.length >= 1 && servers.length <= 1_000;
  checkOption(isList, "servers", servers, RULE);
  const addresses = servers.map(addressOf);
  const names = new Set(addresses.map(nameOf));
  checkOption(names.size === servers.length, "servers", servers, `${RULE}; one is there twice`);
  return addresses;
}

function addressOf(server: string, index: number): Address {
  const option = `servers[${index}]`;
  checkOption(typeof server === "string", option, server, "must be a string such as cache-1:11211");
  if (server.startsWith("/") && !server.includes("\0")) return { path: server };
  const [, six, name, port = `${DEFAULT_PORT}`] = FORM.exec(server) ?? [];
  const host = six ?? name;
  const isPort = Number(port) >= 1 && Number(port) <= 65_535;
  checkOption(
    host !== undefined && isPort,
    option,
    server,
    "must be host:port, without a scheme, a user or a path; [host]:port for IPv6",
  );
  return { host, port: Number(port) };
}

/** For messages: `cache-1:11211`. */
export function nameOf(address: Address): string {
  if ("path" in address) return address.path;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/**
 * The name by which libmemcached places a server on its ring: without the port if that is memcached's own.
 */
export function ringNameOf(address: Address): string {
  if ("path" in address) return address.path;
  return address.port === DEFAULT_PORT ? address.host : `${address.host}:${address.port}`;
}
