/**
 * Published once on `hitbox:cache:tally`, for each entity of each cache that calls are counted of. Its
 * numbers go on while the channel has a subscriber.
 */
export interface CallTally {
  readonly cache: string;
  readonly entity: string;
  hit: number;
  stale: number;
  miss: number;
  /** Calls that waited for the load of another call, in this process or another. */
  collapsed: number;
  /** Milliseconds that the values took to load with which calls were answered. */
  savedMs: number;
  /** Answers whose values do not say how long they took. */
  untimed: number;
  /** Answers until the next look at an age. */
  untilAge: number;
}
