import { CreateError } from "./create-error.ts";

/** The forms of a store's name that a package needs. */
export interface Names {
  /** `my-store`: the label of the backend. */
  readonly label: string;
  /** `hitbox-backend-my-store` */
  readonly packageName: string;
  /** `myStore`: the factory. */
  readonly camel: string;
  /** `MyStore`: types. */
  readonly pascal: string;
}

const PREFIX = "hitbox-backend-";
const MOST_CHARACTERS = 40;

/**
 * Makes all names from a store's name, with or without `hitbox-backend-` before it.
 *
 * @throws CreateError for a name that gives no package name or no identifier.
 */
export function namesOf(name: string): Names {
  const label = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(label) || label.length > MOST_CHARACTERS)
    throw new CreateError(
      `The name "${name}" does not fit. Write up to ${MOST_CHARACTERS} small letters, digits and single ` +
        "hyphens, a letter first, such as my-store.",
    );
  const pascal = label.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
  const camel = `${pascal[0]?.toLowerCase()}${pascal.slice(1)}`;
  // A factory must not be named by a keyword.
  const isTaken = RESERVED.has(camel);
  return { label, packageName: PREFIX + label, camel: isTaken ? `${camel}Store` : camel, pascal };
}

const RESERVED = new Set(
  (
    "break case catch class const continue debugger default delete do else enum " +
    "export extends false finally for function if import in instanceof new null " +
    "return super switch this throw true try typeof var void while with yield let " +
    "static await implements interface package private protected public arguments " +
    "eval"
  ).split(" "),
);

/**
 * Checks the name of the client's package.
 *
 * @throws CreateError for a text that is no name of an npm package.
 */
export function checkClient(client: string): void {
  const isName = /^(@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/.test(client);
  if (isName && client.length <= 214) return;
  throw new CreateError(`--client: "${client}" is no name of an npm package. Write one such as ioredis.`);
}
