/** Levels of nesting, written or read. A cycle runs into it at once. */
export const MAX_DEPTH = 500;

/**
 * Arrays, objects, maps, sets and holes of one value, written or read. A few bytes of input can make each of them
 * hundreds of bytes of memory, and a value that uses its parts many times over can have any number of them.
 */
export const MAX_CONTAINERS = 4_194_304;
