export { type Certificate, makeCertificate } from "./certificate.ts";
export {
  type DynamoDbLocal,
  type DynamoDbLocalOptions,
  type DynamoDbServer,
  startDynalite,
  startDynamoDbLocal,
} from "./dynamodb.ts";
export { type Etcd, startEtcd } from "./etcd.ts";
export { freePort, onFreePorts } from "./free-port.ts";
export { type MariaDb, startMariaDb } from "./mariadb.ts";
export { type Memcached, startMemcached } from "./memcached.ts";
export { type OwnedProcess, ownProcess } from "./owned-process.ts";
export { type Postgres, startPostgres } from "./postgres.ts";
export { type S3Server, startRadosGw } from "./radosgw.ts";
export { type RedisClusterOptions, type RedisClusterServers, startRedisCluster } from "./redis-cluster.ts";
export { redisCommand } from "./redis-command.ts";
export {
  type RedisSentinelOptions,
  type RedisSentinelServers,
  startRedisSentinel,
} from "./redis-sentinel.ts";
export { type RedisServer, type RedisServerOptions, startRedis } from "./redis-server.ts";
export { type Relay, Relays, startRelay } from "./relay.ts";
export { type Passage, startProxy, type TcpProxy } from "./tcp-proxy.ts";
export { until } from "./until.ts";
