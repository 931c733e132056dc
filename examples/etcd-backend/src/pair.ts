/**
 * A key and its bytes. In etcd's JSON, bytes are Base64, numbers of 64 bits are texts, and empty members are
 * left out.
 */
export interface Pair {
  readonly key: string;
  readonly value: string;
  /** Number of the change that wrote the pair. */
  readonly mod_revision: string;
}

export function encode(key: string): string {
  return Buffer.from(key).toString("base64");
}

export function decode(key: string): string {
  return Buffer.from(key, "base64").toString();
}

export function bytesOf(pair: Pair): Uint8Array;
export function bytesOf(pair: Pair | undefined): Uint8Array | undefined;
export function bytesOf(pair: Pair | undefined): Uint8Array | undefined {
  return pair && Buffer.from(pair.value, "base64");
}

/** The first key after all keys that begin with `prefix`. The last byte of UTF-8 is never 255. */
export function endOf(prefix: string): string {
  const end = Buffer.from(prefix);
  end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
  return end.toString("base64");
}
