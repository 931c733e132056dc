/** The program that finds a mistake in the first hour: it prints how each of `MISTAKES` is answered. */
export const program = (): string => `
  import { createCache } from "@hitbox/cache";
  import { compose } from "@hitbox/composition";
  import { memory } from "@hitbox/memory";
  import { redis } from "@hitbox/redis";
  const url = process.argv[2];
  class Foo { bar = 1; }
  const near = memory({ maxEntries: 10 });
  const far = redis({ url });
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const shared = createCache({ backend: far, ttl: "1m" });
  const told = async (name, run) => {
    const text = await Promise.resolve().then(run).then((value) => "is no mistake: " + value, String);
    console.log(JSON.stringify([name, text]));
  };
  ${MISTAKES.map(([code]) => `await told(${JSON.stringify(code)}, () => (${code}));`).join("\n")}
  await Promise.all([cache.close(), shared.close()]);
`;

const LIMIT = "the limit of 67108864, which is `maxDecodedBytes`";

/** What a new user writes, and the beginning of the answer. */
export const MISTAKES: readonly (readonly [code: string, answer: string])[] = [
  ['redis({ url: url + "/abc" })', "TypeError: url must have no path but the number of a database"],
  [
    "redis({ url: undefined })",
    "TypeError: redis: `url` is undefined; is a variable of the environment unset?",
  ],
  ['redis({ host: "a", port: 1 })', "TypeError: redis: `host` is not an option; give host and port as a URL"],
  ["redis({ url, cluster: [url] })", "TypeError: redis: `url` and `cluster` are both given"],
  ["redis({ url, db: 1 })", "TypeError: redis: `db` is not an option; did you mean `database`?"],
  [
    'redis({ url, keyPrefix: "a" })',
    "TypeError: redis: `keyPrefix` is not an option; did you mean `prefix`?",
  ],
  ["memory({ max: 1 })", "TypeError: memory: `max` is not an option; did you mean `maxEntries`?"],
  ["createCache(near)", "TypeError: createCache: options must be an object, such as { backend: memory("],
  [
    'createCache({ backend: near, ttl: "1m", swr: 1 })',
    "TypeError: createCache: `swr` is not an option; did you mean `staleWhileRevalidate`?",
  ],
  [
    'createCache({ backend: near, ttl: "1m", grace: 1 })',
    "TypeError: createCache: `grace` is not an option; did you mean `staleIfError`?",
  ],
  [
    'createCache({ backend: near, ttl: "1m", softTimeout: "1s" })',
    "TypeError: softTimeout needs staleIfError or staleWhileRevalidate",
  ],
  ["compose(far, near)", "TypeError: compose: l1 is shared by processes and l2 is in this one"],
  ["compose(near, near)", "TypeError: compose: l1 and l2 are the same backend"],
  [
    'cache.getOrSet("a", () => 1, 60000)',
    "TypeError: cache.getOrSet: options must be an object, such as { ttl: 60000 }",
  ],
  ['cache.set("a", 1, { tags: "users" })', 'TypeError: tags must be an array of strings, such as ["users"]'],
  ['cache.set("a", Promise.resolve(1))', "TypeError: value must not be a promise: an `await` is missing"],
  ['cache.get(["user", { id: undefined }])', "TypeError: key[1].id must not be undefined"],
  [
    'shared.set("a", "a".repeat(70 * 2 ** 20))',
    `BackendError: redis: payload of 73400322 bytes is over ${LIMIT}`,
  ],
  [
    'shared.set("a", { b: [() => 1] })',
    "BackendError: redis: typed-json: value.b[0]: a function cannot be stored; leave it out",
  ],
  [
    'shared.set("a", { b: Symbol() })',
    "BackendError: redis: typed-json: value.b: a symbol cannot be stored; leave it out",
  ],
  [
    'shared.set("a", { b: new Foo() })',
    "BackendError: redis: typed-json: value.b: a Foo would come back without its class; store a plain object",
  ],
  [
    'cache.set("a", { b: new Foo() })',
    "BackendError: memory: frozen: value.b is an instance of Foo, which frozen()",
  ],
];
