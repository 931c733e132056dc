import type { Access, Settings } from "../options.ts";
import { within } from "../within.ts";
import { Refusal } from "./refusal.ts";

type Rules = Pick<Settings, "authorize" | "hosts">;

const AUTHORIZE_MS = 10_000;

/** Throws a `Refusal` for a request that must not be answered. */
export async function checkAllowed(request: Request, access: Access, rules: Rules): Promise<void> {
  checkHost(request, rules.hosts);
  checkSite(request, access);
  if (access === "write") checkWrite(request, rules);
  if (rules.authorize === undefined) return;
  const allowed = await within(AUTHORIZE_MS, ask(request, access, rules.authorize), refused).catch(
    () => false,
  );
  if (allowed !== true) throw refused();
}

async function ask(
  request: Request,
  access: Access,
  authorize: NonNullable<Rules["authorize"]>,
): Promise<boolean> {
  return authorize(request, access);
}

function refused(): Refusal {
  return new Refusal(403, "This is not allowed to you: `authorize` did not answer true.");
}

/** A page of another site may point its own name at this server: it would be of the same origin. */
function checkHost(request: Request, hosts: readonly string[] | undefined): void {
  if (hosts === undefined || hosts.includes(new URL(request.url).host)) return;
  throw new Refusal(421, "This host is not served. Use one of those in the option `hosts`.");
}

/** Browsers say which site asks; a link of another one may lead here. Programs say nothing, and may read. */
function checkSite({ headers, url }: Request, access: Access): void {
  const site = headers.get("sec-fetch-site");
  const isLink = access === "read" && headers.get("sec-fetch-mode") === "navigate";
  if (site !== null && site !== "same-origin" && site !== "none" && !isLink)
    throw new Refusal(403, "Another site asked. Open the dashboard itself.");
  const origin = headers.get("origin");
  if (origin !== null && !isSameOrigin(origin, url))
    throw new Refusal(403, "Another origin asked. Open the dashboard itself.");
}

/** A proxy may end TLS, so that only the hosts are compared. */
function isSameOrigin(origin: string, url: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === new URL(url).host;
}

/** A form of another site can send no JSON, and no browser sends it without an origin. */
function checkWrite({ headers }: Request, { authorize }: Rules): void {
  if (authorize === undefined)
    throw new Refusal(403, "The dashboard is read-only. Give it `authorize` to allow changes.");
  if (headers.get("origin") === null)
    throw new Refusal(403, "A change needs the header Origin, with the origin of the dashboard.");
  if (headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() !== "application/json")
    throw new Refusal(415, "A change needs a body of the type application/json.");
}
