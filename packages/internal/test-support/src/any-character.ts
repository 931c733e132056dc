import type fc from "fast-check";

const [LAST_ASCII, FIRST_SURROGATE, LAST] = [0x7f, 0xd800, 0x10_ffff];
const SURROGATES = 0x800;

/** Surrogates alone are no characters: the numbers go on behind them. */
const character = (index: number): string =>
  String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES);

const indexOf = (text: unknown): number => {
  const point = (text as string).codePointAt(0) as number;
  return point < FIRST_SURROGATE ? point : point - SURROGATES;
};

/**
 * Any character, half of them ASCII: for `fc.string({ unit: anyCharacter(fc) })`. The unit "binary" of
 * fast-check has the same ones, and takes each process more than a second to prepare.
 */
export const anyCharacter = (check: typeof fc): fc.Arbitrary<string> =>
  check
    .oneof(
      check.integer({ min: 0, max: LAST_ASCII }),
      check.integer({ min: LAST_ASCII + 1, max: LAST - SURROGATES }),
    )
    .map(character, indexOf);
