import { errorAnswer } from "./http/answers.ts";
import { Refusal } from "./http/refusal.ts";
import { Router } from "./http/router.ts";
import { Updates } from "./http/updates.ts";
import { type DashboardOptions, settingsOf } from "./options.ts";
import { States } from "./state/states.ts";

/** Answers the requests for a page that shows the caches of the process. */
export interface Dashboard extends AsyncDisposable {
  /** Answers a request under `path`; others with 404. Never rejects. Can be handed on alone. */
  readonly handle: (request: Request) => Promise<Response>;
  /** Ends open pages, and counts no more. Closes no cache and no backend. */
  readonly close: () => Promise<void>;
}

/**
 * Makes a dashboard, which counts from now on. It is read-only without `authorize`, and shows no value
 * without `showValues`.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const cities = createCache({ backend: memory({ maxEntries: 10_000 }), ttl: "5m" });
 * await using page = dashboard({ caches: { cities } });
 * const { status } = await page.handle(new Request("http://localhost/api/state"));
 * status; // 200
 */
export function dashboard(options: DashboardOptions = {}): Dashboard {
  const settings = settingsOf(options);
  const states = new States(settings);
  const updates = new Updates(() => states.now(), settings.interval);
  const router = new Router(settings, states, updates);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    updates.close();
    closing ??= states.stop();
    return closing;
  };
  const handle = async (request: Request): Promise<Response> =>
    closing ? errorAnswer(new Refusal(503, "The dashboard was closed.")) : router.handle(request);
  return { handle, close, [Symbol.asyncDispose]: close };
}
