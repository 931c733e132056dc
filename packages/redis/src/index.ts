export { type RedisCommonOptions, type RedisOptions, redis } from "./redis.ts";
export type { RedisClient, RedisPipeline } from "./redis-client.ts";
