export type {
  RedisClusterOptions,
  RedisLogin,
  RedisSentinelOptions,
  RedisUrlOptions,
} from "./open-client.ts";
export { type RedisClientOptions, type RedisCommonOptions, type RedisOptions, redis } from "./redis.ts";
export type { RedisClient, RedisPipeline } from "./redis-client.ts";
