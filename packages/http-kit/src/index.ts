// The door of @novakit/http-kit: for now, the ports that every HTTP face is to stand on.

export type { Identity, Policy, RequestContext } from '@novakit/core'

/** What every HTTP face is: a function that a host app mounts where it likes. */
export type FetchHandler = (request: Request) => Promise<Response>
