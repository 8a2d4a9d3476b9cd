import type { NovakitError } from '@novakit/core/vocabulary'

type OfBody = 'body' | 'bodyUsed' | 'arrayBuffer' | 'blob' | 'bytes' | 'clone' | 'formData' | 'json' | 'text'

/** TypeScript declares the members of a Request as properties, which no class could override. */
const Frame = Request as unknown as new (url: string, init: RequestInit) => Omit<Request, OfBody>

/**
 * A request whose body a server has read already, or has refused to read: then whoever asks for it is told so. Its
 * stream is made for those alone who ask for one, since that takes longer than most requests do. To copy it with its
 * body, use `clone()`.
 */
class ReadRequest extends Frame implements Request {
  readonly #bytes: Uint8Array<ArrayBuffer> | NovakitError
  #read: Request | null = null

  constructor(url: string, init: RequestInit, bytes: Uint8Array<ArrayBuffer> | NovakitError) {
    super(url, init)
    this.#bytes = bytes
  }

  /** @throws `request.body_too_large` */
  get held(): Uint8Array<ArrayBuffer> {
    if (this.#bytes instanceof Uint8Array) return this.#bytes
    throw this.#bytes
  }

  get #request(): Request {
    const { url, method, headers } = this
    return (this.#read ??= new Request(url, { method, headers, body: this.held }))
  }

  get body() {
    return this.#request.body
  }
  get bodyUsed() {
    return this.#read?.bodyUsed ?? false
  }
  async arrayBuffer() {
    return this.#request.arrayBuffer()
  }
  async blob() {
    return this.#request.blob()
  }
  async bytes() {
    return this.#request.bytes()
  }
  async formData() {
    return this.#request.formData()
  }
  async json() {
    return this.#request.json()
  }
  async text() {
    return this.#request.text()
  }
  clone() {
    return this.#request.clone()
  }
}

/** @param bytes the whole body, or why there is none to be had */
export function readRequest(url: string, init: RequestInit, bytes: Uint8Array<ArrayBuffer> | NovakitError): Request {
  return new ReadRequest(url, init, bytes)
}

/** The whole body: at once where the server has it, else read out of the request, once. @throws `request.body_too_large` */
export async function bytesOf(request: Request): Promise<Uint8Array> {
  return request instanceof ReadRequest ? request.held : request.bytes()
}
