/** The counts of a shadow since it was made. */
export interface ShadowStats {
  /** Reads that were compared: the sum of the five that follow. */
  readonly compared: number;
  readonly same: number;
  readonly different: number;
  readonly missing: number;
  readonly extra: number;
  /** Reads that the candidate did not answer. */
  readonly failed: number;
  /** Compared reads with an entry in the backend. */
  readonly hits: number;
  /** Compared reads with an entry in the candidate: its hits if it had answered. */
  readonly candidateHits: number;
  /** Reads that were not compared, since the key was changed meanwhile or is being compared already. */
  readonly raced: number;
  /** Changes that the candidate has taken. */
  readonly copied: number;
  /** Changes that the candidate has failed to take, or cannot hold. */
  readonly notCopied: number;
  /** Changes and comparisons that were left out, since `maxPending` were under way. */
  readonly dropped: number;
}
