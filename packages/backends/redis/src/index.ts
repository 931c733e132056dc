export type { RedisCoherence } from "./coherence/coherence.ts";
export type { RedisClient } from "./connection/client.ts";
export type { RedisLogin, RedisPassword } from "./connection/own/login.ts";
export type { RedisClusterOptions } from "./connection/own/open-cluster.ts";
export type { RedisSentinelOptions } from "./connection/own/open-sentinel.ts";
export type { RedisUrlOptions } from "./connection/own/open-url.ts";
export type { RedisConnectionOptions, RedisNatMap } from "./connection/own/redis-options.ts";
export type { RedisWarning } from "./connection/warnings.ts";
export { type RedisClientOptions, type RedisCommonOptions, type RedisOptions, redis } from "./redis.ts";
