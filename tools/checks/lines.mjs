const LONGEST = 110;

/** Lines of at most 110 characters, comments included, so that a change shows in review. */
export function lines(files) {
  return files
    .filter(({ path }) => /\.(?:ts|mjs)$/.test(path))
    .flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, index) => {
        if (line.length <= LONGEST) return [];
        return [{ path, line: index + 1, problem: `${line.length} characters; at most ${LONGEST}` }];
      }),
    );
}
