/** Makes identities. Random by default, a seeded sequence in simulations. */
export interface Ids {
  /** A version 4 UUID. */
  uuid(): string
}
