/** Most names of each kind that are remembered; the oldest is forgotten first. */
const MOST_NAMES = 100_000;

/** Names that were made with the same `clear`. */
interface Names {
  readonly known: Set<string>;
  hasForgotten: boolean;
}

/**
 * Remembers which namespaces of a cache can be cleared. An entry that was stored through one that cannot be
 * cleared would outlive the `clear` of one of the same name that can. A name that may have been forgotten
 * counts as one of the other kind.
 */
export class Namespaces {
  readonly #clearable: Names = { known: new Set(), hasForgotten: false };
  readonly #others: Names = { known: new Set(), hasForgotten: false };

  /**
   * True if the namespace is made so that it can be cleared.
   *
   * @throws TypeError if it has been made with the other `clear` before, or may have been.
   */
  check(text: string, name: string, canClear: boolean): boolean {
    const [same, other] = canClear ? [this.#clearable, this.#others] : [this.#others, this.#clearable];
    if (same.known.has(text)) return canClear;
    if (other.known.has(text)) throw madeOtherwise(name, canClear);
    if (other.hasForgotten) {
      if (canClear) throw tooMany(name);
      // What is stored through it can be cleared, whichever it was.
      return true;
    }
    remember(text, same);
    return canClear;
  }
}

function remember(text: string, names: Names): void {
  const { known } = names;
  known.add(text);
  if (known.size <= MOST_NAMES) return;
  for (const oldest of known) {
    known.delete(oldest);
    names.hasForgotten = true;
    return;
  }
}

function madeOtherwise(name: string, canClear: boolean): TypeError {
  const rule = `must be ${!canClear}, as it was when the namespace was first made`;
  return new TypeError(`clear of namespace ${name} ${rule}; got ${canClear}`);
}

function tooMany(name: string): TypeError {
  const why = `more than ${MOST_NAMES} were made without, and it may be one of them`;
  return new TypeError(`clear of namespace ${name} must be false: ${why}; make those with clear first`);
}
