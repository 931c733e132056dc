/** The outcomes of a rehearsal, by kind: a line for each, with `ok` or the beginning of its error. */
export class Outcomes {
  #rows = [];

  /** Runs `work`, and notes how it ended. The next one runs in either case. */
  async note(kind, name, work) {
    const started = performance.now();
    const error = await work().then(
      () => undefined,
      (reason) => reason,
    );
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    this.#rows.push({ kind, name, isOk: error === undefined });
    console.log(`  ${error ? "FAILED" : "ok"} ${name} (${seconds} s)`);
    if (error) console.error(error.message.replace(/^/gm, "    "));
    return error === undefined;
  }

  get failed() {
    return this.#rows.filter(({ isOk }) => !isOk);
  }

  get count() {
    return this.#rows.length;
  }

  /** A table in Markdown with a row for each kind that is wanted. */
  tableOf(isWanted) {
    const kinds = [...new Set(this.#rows.map(({ kind }) => kind))].filter(isWanted);
    const rows = kinds.map((kind) => {
      const own = this.#rows.filter((row) => row.kind === kind);
      const works = own.filter(({ isOk }) => isOk).map(({ name }) => name);
      const fails = own.filter(({ isOk }) => !isOk).map(({ name }) => name);
      return `| ${kind} | ${listed(works)} | ${listed(fails)} |`;
    });
    return ["| | works | does not |", "| --- | --- | --- |", ...rows].join("\n");
  }
}

const listed = (names) => (names.length > 0 ? names.join(", ") : "none");
