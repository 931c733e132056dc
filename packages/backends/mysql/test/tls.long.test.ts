import { cacheBackend, cacheValue } from "@hitbox/core";
import { type Certificate, type MariaDb, makeCertificate, startMariaDb } from "@hitbox/test-servers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTable, type MysqlOptions, mysql } from "../src/index.ts";
import { FAR_DEADLINE, failureOf } from "./support.ts";

let certificate: Certificate;
let server: MariaDb;
beforeAll(async () => {
  certificate = await makeCertificate();
  const pathOf = (name: string) => certificate.args[certificate.args.indexOf(`--${name}`) + 1];
  server = await startMariaDb([
    ...[`ssl-cert=${pathOf("tls-cert-file")}`, `ssl-key=${pathOf("tls-key-file")}`],
    "require-secure-transport=ON",
  ]);
}, 60_000);
afterAll(() => Promise.all([server.close(), certificate.remove()]));

function open(tls: MysqlOptions["tls"], url: string = server.url.replace("127.0.0.1", "localhost")) {
  return cacheBackend(mysql({ url, tls, timeout: FAR_DEADLINE, onWarning: () => {} }));
}

it("encrypts by settings of node:tls", async () => {
  const tls = { ca: certificate.text };
  await createTable({ url: server.url.replace("127.0.0.1", "localhost"), tls });
  const backend = open(tls);
  await backend.set("a", cacheValue("secret"));
  expect((await backend.get("a"))?.data).toBe("secret");
  await backend.close();
});

it("refuses a certificate that nobody has signed, and a server that refuses plain text", async () => {
  for (const tls of ["verified", undefined] as const) {
    const backend = open(tls);
    await failureOf(() => backend.get("a"));
    await backend.close();
  }
});
