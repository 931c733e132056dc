/** Number of caches and compositions over a backend that have not been closed yet, by its identity. */
const holders = new WeakMap<object, number>();

/**
 * Notes one more cache or composition over a backend. Call the answer once, when that one closes: it says
 * whether no other one is left, so that the backend is to be closed too.
 */
export function holdBackend(identity: object): () => boolean {
  holders.set(identity, (holders.get(identity) ?? 0) + 1);
  return () => {
    const left = (holders.get(identity) ?? 1) - 1;
    holders.set(identity, left);
    return left === 0;
  };
}
