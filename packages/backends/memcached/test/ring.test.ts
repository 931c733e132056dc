import { describe, expect, it } from "vitest";
import { addressesOf, ringNameOf } from "../src/address.ts";
import { hashOf, ring } from "../src/ring.ts";

const KEYS = Array.from({ length: 10_000 }, (_, index) => `key:${index}`);

function over(servers: readonly string[]): (key: string) => string {
  return ring(addressesOf(servers).map(ringNameOf), servers);
}

describe("the server of a key", () => {
  it("is that of libmemcached's ring", () => {
    // libmemcached's own test has this key for one that is behind every point of eight servers.
    expect(hashOf("VDEAAAAA")).toBe(0xfffcd1b5);
    // By hashring 3.2.0, the ring of the npm package memcached.
    const keys = ["a", "user:1", "hello", "SVa]_V41)", "VDEAAAAA", "key:7", "key:8", "session:42"];
    const indexes = (servers: readonly string[]) => keys.map((key) => servers.indexOf(over(servers)(key)));
    expect(indexes(["10.0.1.1", "10.0.1.2:11211", "10.0.1.3"])).toEqual([2, 0, 1, 0, 2, 2, 0, 1]);
    expect(indexes(["10.0.1.1", "10.0.1.1:11212", "cache-3:11300"])).toEqual([0, 0, 2, 0, 0, 1, 1, 1]);
  });

  it("depends neither on the order of the servers nor on the length of the list of others", () => {
    const [there, back] = [over(["a", "b", "c"]), over(["c", "a", "b"])];
    expect(KEYS.filter((key) => there(key) !== back(key))).toEqual([]);
  });

  it("changes for the keys of a server that is taken away, and for no others", () => {
    const [before, after] = [over(["a:1", "b:1", "c:1"]), over(["a:1", "c:1"])];
    const moved = KEYS.filter((key) => before(key) !== after(key));
    expect(moved.every((key) => before(key) === "b:1")).toBe(true);
    expect(moved.length).toBeGreaterThan(KEYS.length / 5);
  });

  it("is each of the servers for about as many keys", () => {
    const at = over(["a:1", "b:1", "c:1", "d:1"]);
    const counts = ["a:1", "b:1", "c:1", "d:1"].map(
      (server) => KEYS.filter((key) => at(key) === server).length,
    );
    expect(Math.min(...counts)).toBeGreaterThan(KEYS.length / 6);
    expect(Math.max(...counts)).toBeLessThan(KEYS.length / 3);
  });

  it("needs a server", () => {
    expect(() => ring([], [])).toThrow("a ring needs a server");
  });
});
