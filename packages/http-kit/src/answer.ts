/**
 * Bodies that are at hand as text or bytes, so that a server need not read them out of a stream again. A response that
 * is not here is read like any other.
 */
const bodies = new WeakMap<Response, string | Uint8Array>()

export type HeaderFields = Readonly<Record<string, string>>

/** A response with its whole body. Null is a response without one, as 204 has to be. */
export function answer(status: number, body: string | Uint8Array | null, headers: HeaderFields = {}): Response {
  const response = new Response(body as string | Uint8Array<ArrayBuffer> | null, { status, headers })
  if (body !== null) bodies.set(response, body)
  return response
}

export function jsonAnswer(status: number, value: unknown, headers: HeaderFields = {}): Response {
  return answer(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers })
}

/** The body as it was given to {@link answer}; undefined where it has to be read. */
export function bodyAtHand(response: Response): string | Uint8Array | undefined {
  return bodies.get(response)
}
