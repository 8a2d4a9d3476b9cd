/** What the socket knows and the request does not say. */
export interface ConnectionInfo {
  /** The address of whoever is connected: perhaps a proxy. */
  readonly remoteAddress: string | null
}

/** What every HTTP face is: a function that a host app mounts where it likes. */
export type FetchHandler = (request: Request, connection?: ConnectionInfo) => Promise<Response>
