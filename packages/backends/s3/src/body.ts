/** The body of an answer, as the SDK gives it. */
interface Body {
  transformToByteArray(): Promise<Uint8Array>;
  /** Of a stream of Node. */
  destroy?: (() => unknown) | undefined;
  /** Of a stream of the platform. */
  cancel?: (() => Promise<unknown>) | undefined;
}

/** Reads a body to its end. The SDK's signal stops a request until its answer begins, and not after that. */
export async function bytesOf(body: unknown, signal: AbortSignal): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array();
  const stream = body as Body;
  const read = stream.transformToByteArray();
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener(
      "abort",
      () => {
        reject(Object.assign(new Error("the body has not come in time"), { name: "TimeoutError" }));
        stream.destroy?.();
        stream.cancel?.().catch(() => {});
      },
      { once: true },
    );
  });
  read.catch(() => {});
  return Promise.race([read, stopped]);
}
