/** Levels of nesting, written or read. A cycle runs into it at once. */
export const MAX_DEPTH = 500;
