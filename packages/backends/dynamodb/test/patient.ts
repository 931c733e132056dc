import { dynamodb as backend } from "../src/index.ts";

/** A tier whose deadline no busy machine reaches, unless a test says another one. */
export const dynamodb: typeof backend = (options) => backend({ timeout: 20_000, ...options });
