import { Refusal } from "./refusal.ts";

const MOST_BYTES = 64 * 1_024;

/** The JSON object that a request carries. Throws a `Refusal` for anything else. */
export async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await textOf(request);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new Refusal(400, "The body has to be a JSON object.");
}

/** Reads no more than the limit, whatever the length that is announced. */
async function textOf({ body }: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) throw new Refusal(413, `The body may have ${MOST_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

export function textIn(from: Readonly<Record<string, unknown>>, name: string): string {
  const value = from[name];
  if (typeof value === "string" && value !== "") return value;
  throw new Refusal(400, `\`${name}\` has to be a text that is not empty.`);
}
