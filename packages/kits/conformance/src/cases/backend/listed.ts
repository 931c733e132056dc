import assert from "node:assert/strict";
import { type CacheBackend, cacheValue, type KeysOptions } from "@hitbox/core";
import { expectFailure, shown } from "../../expect.ts";
import type { Opened, Scene } from "../../scene.ts";

/** Far more pages than any case needs: a listing that goes on is one that does not end. */
const MOST_PAGES = 100_000;

/** True if the backend can list, and its keys can be read back. */
export function canList({ raw, supports }: Opened): boolean {
  return supports.keys === true && (raw === undefined || raw.keyFormat.decode !== undefined);
}

/** Opens a backend that can list; undefined for one that cannot, which has to refuse it. */
export async function openToList({ open }: Scene, space?: string): Promise<Opened | undefined> {
  const opened = await open(space);
  if (canList(opened)) return opened;
  await expectFailure(opened.cache, "unsupported", "a listing", () => listed(opened.cache));
  return undefined;
}

export async function fill({ cache }: Opened, keys: readonly string[], ttl = 3_600_000): Promise<void> {
  await cache.setMany(keys.map((key) => [key, cacheValue(key, { ttl })]));
}

/** All pages of a listing. `between` runs after each of them. */
export async function pagesOf(
  cache: CacheBackend,
  options?: KeysOptions,
  between: (page: number, keys: readonly string[]) => unknown = () => undefined,
): Promise<(readonly string[])[]> {
  const pages: (readonly string[])[] = [];
  for await (const page of cache.keys(options)) {
    pages.push(page);
    assert.ok(pages.length < MOST_PAGES, "a listing should end");
    await between(pages.length, page);
  }
  return pages;
}

/** The keys of a listing, each once, in order. */
export async function listed(cache: CacheBackend, options?: KeysOptions): Promise<string[]> {
  return [...new Set((await pagesOf(cache, options)).flat())].sort();
}

export function expectListed(listed: readonly string[], keys: readonly string[], what: string): void {
  const [is, should] = [new Set(listed), new Set(keys)];
  const missed = keys.filter((key) => !is.has(key));
  const extra = listed.filter((key) => !should.has(key));
  assert.deepEqual(missed, [], `${what} should have ${shownKeys(missed)}`);
  assert.deepEqual(extra, [], `${what} should not have ${shownKeys(extra)}`);
}

/** Some keys, as a message may show them. */
export function shownKeys(keys: readonly string[]): string {
  const more = keys.length > 5 ? ` and ${keys.length - 5} more` : "";
  return keys.slice(0, 5).map(shown).join(", ") + more;
}
