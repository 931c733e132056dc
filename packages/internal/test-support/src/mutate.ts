/** Bytes that mean something to one reader or another. */
const SPECIAL = Buffer.from('\0\u0001\u007f{}[]",:\\ $-09eE.tfn\u001b', "latin1");
const EDGES = [0x80, 0xc0, 0xf5, 0xf6, 0xf7, 0xff, 0x1f, 0x8b, 0x28, 0x9f, 0xd8, 0xd9, 0xfb];

/** A copy of one input with one to eight changes, some of them taken from another input. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: () => number): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  const changes = 2 ** Math.floor(random() * 4);
  for (let change = 0; change < changes; change++) mutated = changeOnce(mutated, other, random);
  return mutated;
}

function changeOnce(bytes: Buffer, other: Uint8Array, random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit);
  const at = below(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + below(16));
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (below(8)) {
    case 0:
      return head;
    case 1:
      return Buffer.concat([head, bytes.subarray(end)]);
    case 2:
      return Buffer.concat([head, bytes.subarray(at, end), tail]);
    case 3:
      return Buffer.concat([head, Buffer.of(byteOf(below)), tail]);
    case 4: {
      const from = below(other.length);
      return Buffer.concat([head, other.subarray(from, from + 1 + below(32)), bytes.subarray(end)]);
    }
    case 5:
      return flipped(bytes, below);
    default:
      if (at < bytes.length) bytes[at] = byteOf(below);
      return bytes;
  }
}

function byteOf(below: (limit: number) => number): number {
  const kind = below(3);
  if (kind === 0) return SPECIAL[below(SPECIAL.length)] as number;
  return kind === 1 ? (EDGES[below(EDGES.length)] as number) : below(256);
}

function flipped(bytes: Buffer, below: (limit: number) => number): Buffer {
  const bit = below(Math.max(1, bytes.length * 8));
  if (bytes.length > 0) bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
  return bytes;
}
