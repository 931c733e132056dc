export type { RedisCoherence } from "./coherence/coherence.ts";
export type { RedisLogin } from "./login.ts";
export type { RedisClusterOptions } from "./open-cluster.ts";
export type { RedisSentinelOptions, RedisUrlOptions } from "./open-server.ts";
export { type RedisClientOptions, type RedisCommonOptions, type RedisOptions, redis } from "./redis.ts";
export type { RedisClient, RedisPipeline } from "./redis-client.ts";
