/** Tells if a key belongs to the sample. By a hash (FNV-1a), so that every process takes the same keys. */
export function sampleOf(share: number): (key: string) => boolean {
  if (share === 1) return () => true;
  const bound = share * 2 ** 32;
  return (key) => hashOf(key) < bound;
}

function hashOf(key: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x0100_0193);
  // The last characters of a key reach the high bits, by which the sample is taken, only so.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
