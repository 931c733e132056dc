import { pnpm } from "../pnpm.mjs";
import { chromium } from "./chromium.mjs";
import { etcd } from "./etcd.mjs";
import { java } from "./java.mjs";
import { mariadb } from "./mariadb.mjs";
import { memcached } from "./memcached.mjs";
import { nutcracker } from "./nutcracker.mjs";
import { postgres } from "./postgres.mjs";
import { prometheus } from "./prometheus.mjs";
import { radosgw } from "./radosgw.mjs";
import { redisServer } from "./redis-server.mjs";
import { step } from "./step.mjs";

/**
 * Installs the packages, unless they are, and the servers of the tests. Resolves with the environment that
 * says where they are.
 */
export async function prepare({ long = false, isInstalled = false } = {}) {
  const environment = {};
  const found = (name, find) => async () => {
    const { path, source } = await find();
    if (path !== undefined) environment[name] = path;
    return { status: 0, note: source };
  };
  if (!isInstalled)
    await step("install", () => pnpm(["install", "--frozen-lockfile"], { output: "captured" }));
  await step("redis-server", found("REDIS_SERVER", redisServer));
  await step("memcached", found("MEMCACHED", memcached));
  await step("postgres", found("POSTGRES", postgres));
  await step("mariadb", found("MARIADB", mariadb));
  if (long) await step("radosgw", found("RADOSGW", radosgw));
  await step("nutcracker", found("NUTCRACKER", nutcracker));
  await step("java", found("JAVA", java));
  if (long) await step("etcd", found("ETCD", etcd));
  if (long) await step("prometheus", found("PROMETHEUS", prometheus));
  if (long) await step("chromium", found("CHROMIUM", chromium));
  return environment;
}
