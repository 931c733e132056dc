import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * A certificate for localhost and 127.0.0.1 that has signed itself: whoever trusts it as an authority trusts
 * it.
 */
export interface Certificate {
  /** In PEM. */
  readonly text: string;
  /** Arguments of a redis-server that speaks TLS with it, but for the port. */
  readonly args: readonly string[];
  remove(): Promise<void>;
}

const run = promisify(execFile);

/**
 * Makes a certificate with `openssl`, good for a day.
 *
 * @example
 * const certificate = await makeCertificate();
 * after(() => certificate.remove());
 */
export async function makeCertificate(): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), "certificate-"));
  const [cert, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  const made =
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost".split(
      " ",
    );
  const names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  await run("openssl", [...made, ...names, "-keyout", key, "-out", cert]);
  const files = { "tls-cert-file": cert, "tls-key-file": key, "tls-ca-cert-file": cert };
  return {
    text: await readFile(cert, "utf8"),
    args: [
      ...Object.entries(files).flatMap(([name, file]) => [`--${name}`, file]),
      "--tls-auth-clients",
      "no",
    ],
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
