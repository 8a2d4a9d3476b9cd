import type { FetchHandler } from '@novakit/http-kit'

export interface Asked {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

/** Asks a handler for a path as a guest at an address would. */
export function asking(handler: FetchHandler, from: string | null = '10.0.0.5') {
  return async (path: string, init: RequestInit = {}): Promise<Asked> => {
    const response = await handler(new Request(`http://169.254.169.254${path}`, init), { remoteAddress: from })
    return { status: response.status, text: await response.text(), headers: response.headers }
  }
}
