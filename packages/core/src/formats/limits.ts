/** Levels of nesting that a value may have, written or read. A cycle runs into this limit at once. */
export const MAX_DEPTH = 500;

/**
 * Default number of nodes that a value may have, written or read: every array, object and scalar in it. A few
 * bytes of input can make each node a hundred bytes of memory.
 */
export const MAX_NODES: number = 2 ** 20;

/**
 * Nodes that an error, a URL or a regular expression counts for, besides those of its document: it takes
 * longer to make than most.
 */
export const COSTLY_NODES = 8;

/**
 * Number of shapes that a value of so many nodes may have. A shape is a list of property names in one order:
 * V8 keeps a hidden class for each, which costs twenty times as much as a property of a known shape.
 */
export function maxShapes(maxNodes: number): number {
  return Math.max(1_024, Math.floor(maxNodes / 8));
}
