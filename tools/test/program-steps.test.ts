import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { machine } from "./support/step.ts";

const STEPS = [
  { file: "chromium", step: "chromium", names: ["chromium", "google-chrome"], debian: "chromium" },
  { file: "etcd", step: "etcd", names: ["etcd"], debian: "etcd-server" },
  { file: "java", step: "java", names: ["java"], debian: "default-jre-headless" },
  { file: "memcached", step: "memcached", names: ["memcached"], debian: "memcached" },
  { file: "prometheus", step: "prometheus", names: ["prometheus"], debian: "prometheus" },
  { file: "redis-server", step: "redisServer", names: ["redis-server"], debian: "redis-server" },
];

describe.each(STEPS)("a step that finds $file", ({ file, step, names, debian }) => {
  const variable = file.toUpperCase().replace("-", "_");

  test("takes the program that its variable names before all others", async () => {
    const { program, answer } = await machine(file, step);
    await program(names[0] as string, "");
    expect(await answer({ [variable]: "/opt/own" })).toEqual({ path: "/opt/own", source: variable });
  });

  test.each(names)("takes %s from PATH next", async (name) => {
    const { bin, program, answer } = await machine(file, step);
    await program(name, "");
    const path = join(bin, name);
    expect(await answer()).toEqual({ path, source: path });
  });

  test("says what it has tried, and how to install one, if there is none", async () => {
    const { program, answer } = await machine(file, step);
    await program("apt-get", "echo 'no network' >&2; exit 100");
    const { message } = await answer();
    expect(message).toContain(`sudo apt-get install ${debian}`);
    expect(message).toMatch(/PATH: there is none\n[\s\S]*apt-get: /);
  });
});

test("a Java that only says that there is none does not count", async () => {
  const { program, answer } = await machine("java", "java");
  await program("java", "echo 'Unable to locate a Java Runtime.' >&2; exit 1");
  await program("apt-get", "echo 'no network' >&2; exit 100");
  expect((await answer()).message).toMatch(/PATH: [\s\S]*Unable to locate[\s\S]*apt-get: /);
});

test("a redis-server is looked for in Docker's image at last", async () => {
  const { program, answer } = await machine("redis-server", "redisServer");
  await program("apt-get", "echo 'no network' >&2; exit 100");
  await program("docker", "echo 'no daemon' >&2; exit 1");
  expect((await answer()).message).toMatch(/apt-get: [\s\S]*Docker: /);
});

test("a postgres is looked for in Debian's folders of versions, from the newest on", async () => {
  const { bin, program, answer } = await machine("postgres", "postgres");
  for (const version of ["9", "15"]) {
    await mkdir(join(bin, version, "bin"), { recursive: true });
    await program(`${version}/bin/postgres`, "");
  }
  const path = join(bin, "15/bin/postgres");
  expect(await answer({ POSTGRES_VERSIONS: bin })).toEqual({ path, source: path });
  const none = await answer({ POSTGRES_VERSIONS: join(bin, "none") });
  expect(none.message).toContain("sudo apt-get install postgresql");
});

test("a mariadb is looked for where Debian puts it", async () => {
  const { bin, program, answer } = await machine("mariadb", "mariadb");
  await mkdir(join(bin, "sbin"));
  await program("sbin/mariadbd", "");
  const path = join(bin, "sbin/mariadbd");
  expect(await answer({ MARIADB_FOLDER: join(bin, "sbin") })).toEqual({ path, source: path });
  expect((await answer({ MARIADB_FOLDER: bin })).message).toContain("sudo apt-get install mariadb-server");
});

test("a radosgw without the programs of a cluster does not count", async () => {
  const { bin, program, answer } = await machine("radosgw", "radosgw");
  await program("radosgw", "");
  await program("apt-get", "echo 'no network' >&2; exit 100");
  const alone = (await answer()).message;
  expect(alone).toMatch(/PATH: [\s\S]*ceph-mon[\s\S]*apt-get: /);
  expect(alone).toContain("sudo apt-get install radosgw ceph-mon ceph-osd");
  for (const name of ["ceph-mon", "ceph-osd"]) await program(name, "");
  const path = join(bin, "radosgw");
  expect(await answer()).toEqual({ path, source: path });
});

test("a nutcracker that cannot be had is no failure", async () => {
  const { answer } = await machine("nutcracker", "nutcracker");
  expect((await answer()).path).toBeUndefined();
});
