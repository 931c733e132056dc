/** Whether a run writes the tables of docs/how-it-works/reliability.md. */
export const IS_WRITING: boolean = process.env.RELIABILITY_TABLE === "write";
