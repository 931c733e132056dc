import assert from "node:assert/strict";
import type { CacheBackend, KeysOptions } from "@hitbox/core";

/** Far more pages than any case needs: a listing that goes on is one that does not end. */
const MOST_PAGES = 100_000;

/** All pages of a listing. `between` runs after each of them. */
export async function pagesOf(
  cache: CacheBackend,
  options?: KeysOptions,
  between: (page: number) => unknown = () => undefined,
): Promise<(readonly string[])[]> {
  const pages: (readonly string[])[] = [];
  for await (const page of cache.keys(options)) {
    pages.push(page);
    assert.ok(pages.length < MOST_PAGES, "a listing should end");
    await between(pages.length);
  }
  return pages;
}

/** The keys of a listing, each once, in order. */
export async function listed(cache: CacheBackend, options?: KeysOptions): Promise<string[]> {
  return [...new Set((await pagesOf(cache, options)).flat())].sort();
}
