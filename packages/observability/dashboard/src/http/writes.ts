import { checkKey } from "../inspect/own-keys.ts";
import { type Sources, sourceOf } from "../inspect/sources.ts";
import type { DashboardSwitch } from "../options.ts";
import { jsonAnswer } from "./answers.ts";
import { textIn } from "./read-body.ts";
import { Refusal } from "./refusal.ts";

type Body = Readonly<Record<string, unknown>>;

/** `POST api/delete` with `{ source, key }` */
export async function deleteAnswer(sources: Sources, body: Body): Promise<Response> {
  const source = sourceOf(sources, textIn(body, "source"));
  return jsonAnswer({ wasThere: await source.delete(checkKey(textIn(body, "key"))) });
}

/** `POST api/invalidate` with `{ source, tag }` */
export async function invalidateAnswer(sources: Sources, body: Body): Promise<Response> {
  const { cache } = sourceOf(sources, textIn(body, "source"));
  if (cache === undefined) throw new Refusal(400, "A backend has no tags. Give the dashboard its cache.");
  const tag = textIn(body, "tag");
  try {
    await cache.invalidateTags([tag]);
  } catch (error) {
    // The cache says why a tag is none, and does not repeat it.
    throw error instanceof TypeError ? new Refusal(400, error.message) : error;
  }
  return jsonAnswer({ isDone: true });
}

/** `POST api/switch` with `{ name, isOn }` */
export function switchAnswer(switches: Readonly<Record<string, DashboardSwitch>>, body: Body): Response {
  const name = textIn(body, "name");
  const { isOn } = body;
  const tier = Object.hasOwn(switches, name) ? switches[name] : undefined;
  if (tier === undefined) throw new Refusal(404, "There is no switch of this name.");
  if (typeof isOn !== "boolean") throw new Refusal(400, "`isOn` has to be true or false.");
  if (isOn) tier.switchOn();
  else tier.switchOff();
  return jsonAnswer({ isOn: tier.isOn });
}
