import { nextRound } from '@novakit/core/vocabulary'

export type HeaderFields = Readonly<Record<string, string>>

/** A whole body: text, bytes, or text in pieces where it is too long to be put together, or encoded, in one go. */
export type Content = string | Uint8Array | readonly string[]

type OfBody = 'body' | 'bodyUsed' | 'arrayBuffer' | 'blob' | 'bytes' | 'clone' | 'formData' | 'json' | 'text'

/** TypeScript declares the members of a Response as properties, which no class could override. */
const Frame = Response as unknown as new (body: null, init: ResponseInit) => Omit<Response, OfBody>

/**
 * A response whose body is at hand, so that a server need not read it out of a stream again: to make the stream takes
 * longer than most requests do. Whoever reads the response gets it as from any other.
 */
class ReadyResponse extends Frame implements Response {
  readonly #content: Content
  #read: Response | null = null

  constructor(status: number, content: Content, headers: HeaderFields) {
    super(null, { status, headers })
    this.#content = content
  }

  /** Undefined once somebody has begun to read it. */
  get content(): Content | undefined {
    return this.#read === null ? this.#content : undefined
  }

  get #body(): Response {
    return (this.#read ??= new Response(readable(this.#content)))
  }

  get body() {
    return this.#body.body
  }
  get bodyUsed() {
    return this.#read?.bodyUsed ?? false
  }
  arrayBuffer() {
    return this.#body.arrayBuffer()
  }
  blob() {
    return this.#body.blob()
  }
  bytes() {
    return this.#body.bytes()
  }
  formData() {
    return this.#body.formData()
  }
  json() {
    return this.#body.json()
  }
  text() {
    return this.#body.text()
  }
  clone() {
    const { status, headers } = this
    return new Response(this.#body.clone().body, { status, headers })
  }
}

function readable(content: Content): ReadableStream | string | Uint8Array<ArrayBuffer> {
  if (!isPieces(content)) return content as string | Uint8Array<ArrayBuffer>
  const encoder = new TextEncoder()
  return ReadableStream.from(
    (async function* () {
      for (const piece of content) {
        yield encoder.encode(piece)
        await nextRound()
      }
    })(),
  )
}

export function isPieces(content: Content): content is readonly string[] {
  return Array.isArray(content)
}

/** A response with its whole body. Null is a response without one, as 204 has to be. */
export function answer(status: number, body: Content | null, headers: HeaderFields = {}): Response {
  return body === null ? new Response(null, { status, headers }) : new ReadyResponse(status, body, headers)
}

export function jsonAnswer(status: number, value: unknown, headers: HeaderFields = {}): Response {
  return answer(status, JSON.stringify(value), { 'content-type': 'application/json', ...headers })
}

/** The body as it was given to {@link answer}; undefined where it has to be read. */
export function contentAtHand(response: Response): Content | undefined {
  return response instanceof ReadyResponse ? response.content : undefined
}
