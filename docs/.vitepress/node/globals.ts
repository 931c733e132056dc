export { Buffer } from "./bytes.ts";

/** A timer that can be held without keeping a process: a page has none. */
class Timer {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

export function setTimeout(call: () => void, ms?: number): Timer {
  return new Timer(globalThis.setTimeout(call, ms) as unknown as number);
}

export function clearTimeout(timer: Timer | undefined): void {
  globalThis.clearTimeout(timer?.id);
}

/** Of a browser's channel; Node's is typed otherwise. */
interface Ports {
  readonly port1: { onmessage: (() => void) | undefined; close(): void };
  readonly port2: { postMessage(message: unknown): void };
}

/** In a turn of its own, after what is due; a timer of a page would wait for 4 ms. */
export function setImmediate(call: () => void): void {
  const { port1, port2 } = new MessageChannel() as unknown as Ports;
  port1.onmessage = () => {
    port1.close();
    call();
  };
  port2.postMessage(undefined);
}

export const process = {
  nextTick: (call: (...args: unknown[]) => void, ...args: unknown[]): void =>
    queueMicrotask(() => call(...args)),
  emitWarning: (message: string): void => console.info(message),
};
