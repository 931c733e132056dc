import { Worker } from "node:worker_threads";
import { nativeBindingPath } from "./native-binding.ts";
import { WORKER_SOURCE } from "./worker-source.ts";

export type Job =
  | { readonly operation: "compress"; readonly bytes: Uint8Array; readonly level: number }
  | { readonly operation: "decompress"; readonly bytes: Uint8Array; readonly decodedBytes: number };

type Answer = { readonly id: number } & ({ readonly bytes: Uint8Array } | { readonly error: string });

interface Waiter {
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

/**
 * Runs a job on a worker thread. One thread serves the process. It starts with the first job, and keeps the
 * process alive only while there are jobs. A thread that dies rejects its jobs, and the next job starts
 * another.
 */
export function onWorker(job: Job): Promise<Uint8Array> {
  current ??= new Client((ended) => {
    if (current === ended) current = undefined;
  });
  return current.run(job);
}

let current: Client | undefined;

/** For tests: the thread that runs, if any. */
export function currentWorker(): Worker | undefined {
  return current?.worker;
}

class Client {
  readonly worker: Worker;
  readonly #waiters = new Map<number, Waiter>();
  readonly #onEnd: (client: Client) => void;
  #lastId = 0;

  constructor(onEnd: (client: Client) => void) {
    this.#onEnd = onEnd;
    this.worker = new Worker(WORKER_SOURCE, { eval: true, workerData: nativeBindingPath(), execArgv: [] });
    this.worker.on("message", (answer: Answer) => this.#settle(answer));
    this.worker.on("error", (error: Error) => this.#end(error));
    this.worker.on("exit", (code) => this.#end(new Error(`the zstd worker ended with code ${code}`)));
  }

  run(job: Job): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      // A copy: to hand over the memory itself would take it from the caller.
      const bytes = new Uint8Array(job.bytes);
      this.#waiters.set(id, { resolve, reject });
      this.worker.ref();
      this.worker.postMessage({ id, job: { ...job, bytes } }, [bytes.buffer]);
    });
  }

  #settle(answer: Answer): void {
    const waiter = this.#waiters.get(answer.id);
    this.#waiters.delete(answer.id);
    if (this.#waiters.size === 0) this.worker.unref();
    if ("bytes" in answer) waiter?.resolve(answer.bytes);
    else waiter?.reject(new Error(answer.error));
  }

  #end(error: Error): void {
    this.#onEnd(this);
    for (const { reject } of this.#waiters.values()) reject(error);
    this.#waiters.clear();
  }
}
