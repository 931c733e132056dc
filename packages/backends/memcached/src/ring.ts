import { createHash } from "node:crypto";

/** Points of a server on the ring: four of each of forty digests, as in libmemcached. */
const DIGESTS = 40;
const POINTS_OF_A_DIGEST = 4;

/**
 * The server of a key, by ketama's consistent hashing: the keys of a server that is added or taken away
 * move, and hardly any other. The ring is libmemcached's for `MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED` and equal
 * weights, so that other clients of that kind find the same key on the same server.
 *
 * https://github.com/awesomized/libmemcached/blob/v1.x/src/libmemcached/hosts.cc
 *
 * @throws RangeError if there is no server.
 */
export function ring<Server>(names: readonly string[], servers: readonly Server[]): (key: string) => Server {
  const [only] = servers;
  if (only === undefined) throw new RangeError("a ring needs a server");
  if (servers.length === 1) return () => only;
  const points = names.flatMap(pointsOf).sort((a, b) => a.at - b.at);
  const places = Uint32Array.from(points, ({ at }) => at);
  return (key) => {
    const place = firstNotBefore(places, hashOf(key));
    return servers[points[place % points.length]?.server ?? 0] ?? only;
  };
}

interface Point {
  readonly at: number;
  readonly server: number;
}

function pointsOf(name: string, server: number): Point[] {
  return Array.from({ length: DIGESTS }, (_, digest) => md5(`${name}-${digest}`)).flatMap((bytes) =>
    Array.from({ length: POINTS_OF_A_DIGEST }, (_, part) => ({ at: bytes.readUInt32LE(4 * part), server })),
  );
}

/** Place of a key on the ring. */
export function hashOf(key: string): number {
  return md5(key).readUInt32LE(0);
}

function md5(text: string): Buffer {
  return createHash("md5").update(text).digest();
}

/** Index of the first place that is not before `at`; the number of places if there is none. */
function firstNotBefore(places: Uint32Array, at: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
