/** Magnitude, big-endian, through hexadecimal: linear in the size. Arithmetic on digits is quadratic. */
export function bytesOfBigint(value: bigint): Buffer {
  const digits = value.toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
}

export function bigintOfBytes(bytes: Uint8Array): bigint {
  return bytes.byteLength === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}
