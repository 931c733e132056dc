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
  const words = label.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
  const pascal = isTaken(words) ? `${words}Store` : words;
  return { label, packageName: PREFIX + label, camel: lowered(pascal), pascal };
}

const lowered = (pascal: string): string => `${pascal[0]?.toLowerCase()}${pascal.slice(1)}`;

/** True if a factory or a type of this name would meet a keyword, or a name that the templates use. */
function isTaken(pascal: string): boolean {
  return [lowered(pascal), `${pascal}Options`, `${pascal}Client`].some((name) => RESERVED.has(name));
}

/** Keywords, globals, and the identifiers of the templates. */
const RESERVED = new Set(
  (
    "break case catch class const continue debugger default delete do else enum export extends " +
    "false finally for function if import in instanceof new null return super switch this throw " +
    "true try typeof var void while with yield let static await implements interface package " +
    "private protected public arguments eval all as async at Backend backendConformance boolean " +
    "bytes checkKnown checkOption clear client close compareAndSet constructor cursor Date " +
    "deleteMany deletePrefix entries env errors expiry filter find from get getMany getVersion " +
    "globalThis Kept kept key keys label length life limit list Map map maxBatch ms now number " +
    "Number of open options persistent prefix process Promise raw readonly servers set setIf " +
    "setMany shared slice sort space startsWith storeBackend StoreOptions string test timeout " +
    "timeToLive type Uint8Array undefined unknown until url version versions"
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
