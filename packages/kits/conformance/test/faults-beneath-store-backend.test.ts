import { testFaultsInStores } from "./support/planted.ts";

const LEASED = "an expired entry can be leased, and a set with the fence takes its place";
const DONE = "a batch that is answered is done, though the store goes away meanwhile";

testFaultsInStores("stores: what storeBackend stands on", {
  "hides an expired row from a read, and finds it in the way of a first write": {
    members: ["getVersion", "compareAndSet"],
    change: (honest, { rows }) => ({
      expiry: "lazy",
      compareAndSet: async (key, version, ...rest) =>
        version === undefined && rows.has(key)
          ? false
          : (honest.compareAndSet?.(key, version, ...rest) ?? false),
    }),
    caughtBy: [LEASED],
  },
  "drops the error of a deleteMany": {
    members: ["getMany", "setMany", "deleteMany"],
    change: (honest) => ({
      deleteMany: async (keys) => {
        await Promise.resolve(honest.deleteMany?.(keys)).catch(() => undefined);
      },
    }),
    caughtBy: [DONE],
  },
});
