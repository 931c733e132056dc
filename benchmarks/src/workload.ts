/** A small object as services cache them: about 300 bytes of JSON. */
export interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly address: { readonly street: string; readonly city: string; readonly country: string };
  readonly bio: string;
}

export function user(id: number): User {
  return {
    id,
    name: `User ${id}`,
    email: `user.${id}@example.org`,
    roles: ["reader", "writer"],
    address: { street: `${id} Main Street`, city: "Lisbon", country: "PT" },
    bio: "Writes about caches, tiers and the cost of a microsecond. ".repeat(2),
  };
}

const ORDER = 65_536;

/** An endless walk in random order over `size` ids: keys are built for every call, as a service builds them. */
export function keysOf(size: number): (step: number) => string {
  const order = Uint32Array.from({ length: ORDER }, () => Math.floor(Math.random() * size));
  return (step) => `user:v3:id=${order[step % ORDER]}`;
}

export const TTL = 600_000;

/** The same walk over keys that are at hand: nothing is measured but the read. */
export function keptKeysOf(size: number): (step: number) => string {
  const keys = Array.from({ length: size }, (_, id) => `user:v3:id=${id}`);
  const order = Uint32Array.from({ length: ORDER }, () => Math.floor(Math.random() * size));
  return (step) => keys[order[step % ORDER] as number] as string;
}
