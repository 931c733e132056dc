import { type Backend, checkOption, isCacheBackend } from "@hitbox/core";

/** What a wrapper hands on as it is: what the backend says of itself, others' changes, its errors' kinds and its end. */
export type Outline<Raw> = Pick<
  Backend<Raw>,
  "label" | "supports" | "keyFormat" | "valueFormat" | "compressor" | "watch" | "classify" | "close"
>;

/** `watch`, `classify` and `close` are there exactly where the wrapped backend has them. */
export function outlineOf<Raw>(backend: Backend<Raw>): Outline<Raw> {
  const { label, supports, keyFormat, valueFormat, compressor } = backend;
  const watch = backend.watch?.bind(backend);
  const classify = backend.classify?.bind(backend);
  const close = backend.close?.bind(backend);
  return {
    ...{ label, supports, keyFormat, valueFormat, compressor },
    ...(watch && { watch }),
    ...(classify && { classify }),
    ...(close && { close }),
  };
}

/** Wrappers go around raw backends: a typed one has done its encoding, and batches, before they could see it. */
export function checkRaw(backend: Backend<unknown>): void {
  const isBackend = typeof backend === "object" && backend !== null;
  checkOption(isBackend, "backend", backend, "must be a backend");
  const rule = "is typed: wrap the raw backend instead, and give the result to cacheBackend or compose";
  checkOption(!isCacheBackend(backend), "backend", backend, rule);
  checkOption(typeof backend.read === "function", "backend", backend, "must be a backend");
}
