// Compiled by several compilers, and never run: see tools/test/users-types.long.test.ts.
import {
  type Backend,
  BackendError,
  brotli,
  type CacheBackend,
  type CacheKey,
  type CacheValue,
  type Compressor,
  cacheBackend,
  cacheContext,
  cacheKey,
  cacheValue,
  chain,
  checkCacheValue,
  type DeleteStatus,
  delegateTo,
  type Format,
  freshness,
  gzip,
  hashed,
  isPromise,
  json,
  type KeyFormat,
  type Lease,
  type MaybePromise,
  passthrough,
  recover,
  text,
  typedJson,
  urlEncoded,
} from "@hitbox/core";
import type { TierBackend } from "@hitbox/core/tier";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function is<Expected>(): <Actual>(actual: Actual, proof: Equal<Actual, Expected>) => void;
declare const store: Backend;
declare const answer: MaybePromise<number>;
export declare const tier: TierBackend;

const backend = cacheBackend(store, { accepts: [json(), gzip()], maxDecodedBytes: 5, now: () => 1 });
is<CacheBackend>()(backend, true);
is<CacheValue<number>>()(cacheValue(1, { ttl: 5, tags: ["a"], createdAt: 1 }), true);
is<CacheValue<{ id: number }>>()(checkCacheValue(cacheValue({ id: 1 })), true);
is<"fresh" | "stale" | "expired">()(freshness({ expiresAt: 1 }, 2), true);
is<CacheKey>()(cacheKey("user", { id: 42, name: undefined }, { version: 1 }), true);
is<CacheKey>()(cacheKey("user", [["id", 42n], ["flag"]]), true);
for (const format of [json({ lossy: "allow" }), typedJson({ maxNodes: 5 })]) is<Format>()(format, true);
for (const compressor of [gzip(), brotli(), passthrough()]) is<Compressor>()(compressor, true);
is<KeyFormat>()(text(), true);
is<KeyFormat>()(urlEncoded(), true);
is<KeyFormat>()(hashed(), true);

export async function operations(): Promise<void> {
  is<CacheValue<number> | undefined>()(await backend.get<number>("a", cacheContext()), true);
  is<(CacheValue<number> | undefined)[]>()(await backend.getMany<number>(["a", cacheKey("b")]), true);
  is<void>()(await backend.set("a", cacheValue(1)), true);
  is<void>()(
    await backend.setMany([
      ["a", cacheValue(1)],
      [cacheKey("b"), cacheValue("b")],
    ]),
    true,
  );
  is<DeleteStatus>()(await backend.delete("a"), true);
  is<DeleteStatus[]>()(await backend.deleteMany(["a"]), true);
  is<Lease<number>>()(await backend.lease<number>("a", 5), true);
  is<boolean>()(await backend.setFenced("a", cacheValue(1), "fence"), true);
  // @ts-expect-error a value without its times
  await backend.set("a", { data: 1 });
  // @ts-expect-error a number is no key
  await backend.get(1);
  await using disposed = backend;
  is<CacheBackend>()(disposed, true);
}

is<MaybePromise<string>>()(
  chain(answer, (value) => value.toFixed()),
  true,
);
is<MaybePromise<string | undefined>>()(
  recover(
    () => "a",
    () => undefined,
  ),
  true,
);
if (isPromise(answer)) is<number>()(await answer, true);
else is<number>()(answer, true);

export function codeOf(error: unknown): string | undefined {
  return BackendError.is(error) ? error.code : undefined;
}
export const wrapped: Backend = { ...delegateTo(store), label: "mine" };

// @ts-expect-error a code that there is not
new BackendError("nothing", "message");
// @ts-expect-error an option that there is not
cacheValue(1, { tll: 5 });
