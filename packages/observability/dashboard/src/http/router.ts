import { type Sources, sourcesOf } from "../inspect/sources.ts";
import type { Settings } from "../options.ts";
import { pageScript } from "../page-script.ts";
import type { States } from "../state/states.ts";
import { within } from "../within.ts";
import { answer, errorAnswer, jsonAnswer } from "./answers.ts";
import { checkAllowed } from "./guard.ts";
import { HTML } from "./html.ts";
import { NO_PAGE } from "./no-page.ts";
import { readBody } from "./read-body.ts";
import { entryAnswer, keysAnswer } from "./reads.ts";
import { Refusal } from "./refusal.ts";
import type { Updates } from "./updates.ts";
import { deleteAnswer, invalidateAnswer, switchAnswer } from "./writes.ts";

type Route = (request: Request) => Promise<Response> | Response;
type Routes = Readonly<Record<string, Route>>;

/** A store that does not answer fails the request, and no longer. */
const ANSWER_MS = 15_000;

/** Answers every request, whatever happens. */
export class Router {
  readonly #settings: Settings;
  readonly #routes: Readonly<Record<"GET" | "POST", Routes>>;

  constructor(settings: Settings, states: States, updates: Updates) {
    const sources = sourcesOf(settings);
    this.#settings = settings;
    this.#routes = {
      GET: readRoutes(settings, sources, states, updates),
      POST: writeRoutes(settings, sources),
    };
  }

  async handle(request: Request): Promise<Response> {
    try {
      return await within(
        ANSWER_MS,
        this.#answer(request),
        () => new Refusal(504, "The store does not answer."),
      );
    } catch (error) {
      return errorAnswer(error);
    }
  }

  async #answer(request: Request): Promise<Response> {
    const { path } = this.#settings;
    const { pathname } = new URL(request.url);
    if (pathname === path && path !== "") return answer("text/plain", null, 308, { location: `${path}/` });
    const name = pathname.startsWith(`${path}/`) ? pathname.slice(path.length + 1) : undefined;
    const [route, access] = this.#find(request.method, name);
    await checkAllowed(request, access, this.#settings);
    return route(request);
  }

  #find(method: string, name: string | undefined): [Route, "read" | "write"] {
    const { GET, POST } = this.#routes;
    const [reads, writes] = [own(GET, name), own(POST, name)];
    if (reads !== undefined && method === "GET") return [reads, "read"];
    if (writes !== undefined && method === "POST") return [writes, "write"];
    if (reads === undefined && writes === undefined)
      throw new Refusal(404, "There is no such page here.", { [NO_PAGE]: "1" });
    throw new Refusal(405, "This method is not allowed here.", { allow: reads ? "GET" : "POST" });
  }
}

function own(routes: Routes, name: string | undefined): Route | undefined {
  return name !== undefined && Object.hasOwn(routes, name) ? routes[name] : undefined;
}

function readRoutes(settings: Settings, sources: Sources, states: States, updates: Updates): Routes {
  return {
    "": () => answer("text/html; charset=utf-8", HTML),
    "page.js": async () => answer("text/javascript; charset=utf-8", await pageScript()),
    "api/state": async () => jsonAnswer(await states.now()),
    "api/events": () => updates.open(),
    "api/keys": (request) => keysAnswer(sources, queryOf(request)),
    "api/entry": (request) => entryAnswer(sources, queryOf(request), settings),
  };
}

function writeRoutes({ switches }: Settings, sources: Sources): Routes {
  return {
    "api/delete": async (request) => deleteAnswer(sources, await readBody(request)),
    "api/invalidate": async (request) => invalidateAnswer(sources, await readBody(request)),
    "api/switch": async (request) => switchAnswer(switches, await readBody(request)),
  };
}

function queryOf({ url }: Request): Readonly<Record<string, unknown>> {
  return Object.fromEntries(new URL(url).searchParams);
}
