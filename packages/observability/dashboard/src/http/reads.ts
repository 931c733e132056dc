import { entryReport } from "../inspect/entry.ts";
import { listKeys } from "../inspect/list-keys.ts";
import { checkKey } from "../inspect/own-keys.ts";
import { type Sources, sourceOf } from "../inspect/sources.ts";
import type { Settings } from "../options.ts";
import { jsonAnswer } from "./answers.ts";
import { textIn } from "./read-body.ts";

type Query = Readonly<Record<string, unknown>>;

/** `GET api/keys?source=&prefix=` */
export async function keysAnswer(sources: Sources, query: Query): Promise<Response> {
  const { tier } = sourceOf(sources, textIn(query, "source"));
  const { prefix = "" } = query;
  return jsonAnswer(await listKeys(tier, String(prefix)));
}

/** `GET api/entry?source=&key=` */
export async function entryAnswer(
  sources: Sources,
  query: Query,
  { now, showValues }: Pick<Settings, "now" | "showValues">,
): Promise<Response> {
  const source = sourceOf(sources, textIn(query, "source"));
  const key = checkKey(textIn(query, "key"));
  return jsonAnswer(await entryReport({ source, key, now, showsValues: showValues }));
}
