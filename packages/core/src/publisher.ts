/** The part of a channel that is used: users need not have the types of Node for it. */
export interface Publisher {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}
