/** The methods of each prototype, without its constructor. */
const methods = new WeakMap<object, readonly string[]>();

/** Binds the methods of an object to it, so that they can be taken from it: `const { get } = cache`. */
export function bindMethods(object: object, prototype: object): void {
  const bound = object as Record<string, unknown>;
  for (const name of methodsOf(prototype)) {
    const method = bound[name] as (...args: unknown[]) => unknown;
    Object.defineProperty(object, name, { value: method.bind(object), writable: true, configurable: true });
  }
}

function methodsOf(prototype: object): readonly string[] {
  let names = methods.get(prototype);
  if (names === undefined) {
    names = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
    methods.set(prototype, names);
  }
  return names;
}
