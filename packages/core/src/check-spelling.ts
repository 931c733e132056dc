import type { ConnectionOptions } from "node:tls";
import { checkOption } from "./check.ts";
import { misspelt } from "./nearest-name.ts";

/**
 * Refuses an option that is a known one with a wrong letter or two. For options that are passed on to a
 * library, whose later versions may have more: other unknown names pass. Shows names, and no value.
 */
export function checkSpelling(
  factory: string,
  options: object,
  known: readonly string[],
  library: string,
): void {
  for (const option in options) {
    const meant = known.includes(option) ? undefined : misspelt(option, known);
    if (meant !== undefined)
      throw new TypeError(
        `${factory}: \`${option}\` is not an option; did you mean \`${meant}\`? ` +
          `Options: those of ${library}.`,
      );
  }
}

/** Options of `tls.connect`, and those of `net.connect` that it passes on. */
const TLS_OPTIONS = [
  ...["ALPNCallback", "ALPNProtocols", "SNICallback", "allowHalfOpen", "allowPartialTrustChain"],
  ...["autoSelectFamily", "autoSelectFamilyAttemptTimeout", "blockList", "ca", "cert"],
  ...["checkServerIdentity", "ciphers", "clientCertEngine", "crl", "dhparam", "ecdhCurve"],
  ...["enableTrace", "family", "fd", "highWaterMark", "hints", "honorCipherOrder", "host", "keepAlive"],
  ...["keepAliveInitialDelay", "key", "localAddress", "localPort", "lookup", "maxVersion"],
  ...["minDHSize", "minVersion", "noDelay", "onread", "passphrase", "path", "pfx", "port"],
  ...["privateKeyEngine", "privateKeyIdentifier", "pskCallback", "readable", "rejectUnauthorized"],
  ...["requestCert", "requestOCSP", "secureContext", "secureOptions", "secureProtocol", "servername"],
  ...["session", "sessionIdContext", "sessionTimeout", "sigalgs", "signal", "socket", "ticketKeys"],
  ...["timeout", "writable"],
] as const;

type Unlisted = Exclude<keyof ConnectionOptions, (typeof TLS_OPTIONS)[number]>;

/** Does not compile if Node's types have an option that the list has not. */
const NODE_TLS: [Unlisted] extends [never] ? readonly string[] : Unlisted = TLS_OPTIONS;

/**
 * Checks that `tls` is an object without misspelt options of `node:tls`. `option` names it, as in
 * `redis: tls`, and `rule` says what may be given.
 */
export function checkTls(option: string, tls: unknown, rule = "must be options of node:tls"): void {
  const isObject = typeof tls === "object" && tls !== null && !Array.isArray(tls);
  checkOption(isObject, option, tls, rule);
  checkSpelling(option, tls as object, NODE_TLS, "node:tls");
}
