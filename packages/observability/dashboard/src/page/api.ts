/** Asks the server. Throws an error whose message is the server's. */
export function ask<T>(name: string, query: Readonly<Record<string, string>>): Promise<T> {
  return answered<T>(fetch(`api/${name}?${new URLSearchParams(query)}`));
}

/** Has the server change something. */
export function change<T>(name: string, body: object): Promise<T> {
  const headers = { "content-type": "application/json" };
  return answered<T>(fetch(`api/${name}`, { method: "POST", headers, body: JSON.stringify(body) }));
}

async function answered<T>(asked: Promise<Response>): Promise<T> {
  const response = await asked.catch(() => {
    throw new Error("The server does not answer.");
  });
  const body = await response.json().catch(() => ({ error: "The server's answer cannot be read." }));
  if (!response.ok || body.error !== undefined)
    throw new Error(body.error ?? `The server answered ${response.status}.`);
  return body;
}
