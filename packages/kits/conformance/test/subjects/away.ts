export let closed = 0;

// biome-ignore lint/style/noDefaultExport: the program takes one, too.
export default function open(): never {
  throw new Error("the store is away");
}

export const raw = { timeToLive: (): undefined => undefined };

export function close(): void {
  closed += 1;
}
