import {
  type AnyBackend,
  type Backend,
  type CacheBackendOptions,
  cacheBackend,
  isCacheBackend,
} from "@hitbox/core";
import { UsageError } from "../usage-error.ts";
import { installedCodecs } from "./codecs.ts";
import { findConfig, loadConfig } from "./config.ts";
import { openDynamoDb } from "./open-dynamodb.ts";
import { openLmdb } from "./open-lmdb.ts";
import { openMemcached } from "./open-memcached.ts";
import { openRedis } from "./open-redis.ts";
import { openS3 } from "./open-s3.ts";
import { openMysql, openPostgres } from "./open-sql.ts";
import { openSqlite } from "./open-sqlite.ts";
import type { Opened, Place } from "./place.ts";
import type { Store, StoreTier } from "./store.ts";

const OPENERS = [
  openRedis,
  openLmdb,
  openSqlite,
  openPostgres,
  openMysql,
  openMemcached,
  openDynamoDb,
  openS3,
];

/** Opens the store that is meant. Nothing is connected to before the first operation. */
export async function openStore(place: Place): Promise<Store> {
  const text = place.store ?? (await findConfig(place.cwd));
  if (text === undefined) throw new UsageError(NO_STORE);
  const accepts = await installedCodecs(place.cwd);
  const { backends, ...opened } = await open(text, place);
  const tiers = backends.map((backend) => tierOf(backend, accepts));
  return { ...opened, tiers: tiers as [StoreTier, ...StoreTier[]] };
}

async function open(text: string, place: Place): Promise<Opened> {
  for (const opener of OPENERS) {
    const opened = await opener(text, place);
    if (opened !== undefined) return opened;
  }
  if (/^[\w+-]{2,}:/.test(text)) throw new UsageError(UNKNOWN);
  return loadConfig(text, place.cwd);
}

function tierOf(backend: AnyBackend, accepts: CacheBackendOptions["accepts"]): StoreTier {
  if (isCacheBackend(backend)) return { label: backend.label, raw: undefined, typed: backend };
  const typed = cacheBackend(backend, { accepts });
  // A live format keeps values, and no bytes.
  const raw = backend.valueFormat.kind === "bytes" ? (backend as Backend) : undefined;
  return { label: backend.label, raw, typed };
}

const KNOWN =
  "redis://HOST, rediss://HOST, redis-cluster://HOST,HOST, redis-sentinel://HOST,HOST/MASTER, lmdb:PATH, " +
  "sqlite:PATH, postgres://HOST/DATABASE, mysql://HOST/DATABASE, memcached://HOST,HOST, dynamodb://TABLE, " +
  "s3://BUCKET, or the path of a hitbox.config.js";
const NO_STORE = `no store is named. Write --store ${KNOWN}; or set HITBOX_STORE`;
const UNKNOWN = `the store is of no known kind. Write ${KNOWN}`;
