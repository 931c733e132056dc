export { type HandClock, handClock } from "./hand-clock.ts";
export { settle } from "./settle.ts";
export { type TestCache, type TestCacheOptions, testCache } from "./test-cache.ts";
