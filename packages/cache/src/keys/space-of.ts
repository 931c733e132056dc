/** The spaces at the beginning of a key's text, such as `@shop:@user.v3:`. No other key begins with an @. */
const SPACES = /^(?:@[\w-]+(?:\.v\d+)?:)+/;

export interface SpacePath {
  readonly namespace: string;
  readonly entity: string;
}

/** The namespaces and the entity of a key, or of the text before the keys of a space. */
export function spaceOf(text: string): SpacePath {
  const spaces = SPACES.exec(text)?.[0].slice(1, -1).split(":@") ?? [];
  const isEntity = (space: string): boolean => space.includes(".");
  return {
    namespace: spaces.filter((space) => !isEntity(space)).join("/"),
    entity: spaces.findLast(isEntity) ?? "",
  };
}

/** A message of an error about a key: it names the entity. Errors reach logs, so they show no key. */
export function messageOf(key: string, message: string): string {
  const { entity } = spaceOf(key);
  return entity === "" ? message : `${entity}: ${message}`;
}
