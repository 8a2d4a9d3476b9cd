import type { IncomingMessage } from 'node:http'
import { rememberBytes } from './request-bytes.ts'

/** The body is longer than this server takes. */
export class TooLarge extends Error {}

/** Methods that fetch's Request refuses to carry. */
const UNUSABLE = new Set(['CONNECT', 'TRACE', 'TRACK'])

const HOST = /^[A-Za-z0-9._-]+(:\d+)?$|^\[[0-9a-f:.]+\](:\d+)?$/i

/**
 * A request as handlers know it, with its whole body. `unusable` is one that no handler could be given: a method or a
 * host that makes no URL, or a path that a URL would spell otherwise.
 * @throws {@link TooLarge}
 */
export async function toRequest(incoming: IncomingMessage, maxBody: number): Promise<Request | 'unusable'> {
  const { method = 'GET' } = incoming
  const target = targetOf(incoming)
  if (UNUSABLE.has(method) || target === null) return 'unusable'
  const body = await bodyOf(incoming, maxBody)
  const carries = body !== null && method !== 'GET' && method !== 'HEAD'
  const request = new Request(target, { method, headers: headersOf(incoming), ...(carries ? { body } : {}) })
  if (carries) rememberBytes(request, body)
  return request
}

/** The whole URL. A target that is one already names its host itself. Null: it cannot be trusted to mean what it says. */
function targetOf({ url = '/', headers }: IncomingMessage): string | null {
  const [, authority, rest = url] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? []
  const host = authority ?? headers.host ?? 'localhost'
  const local = rest === '*' || rest === '' ? '/' : rest.startsWith('?') ? `/${rest}` : rest
  const target = `http://${host}${local}`
  if (!HOST.test(host) || !local.startsWith('/') || !URL.canParse(target)) return null
  return new URL(target).pathname === local.split('?', 1)[0] ? target : null
}

function headersOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = []
  for (let at = 0; at < rawHeaders.length; at += 2) pairs.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''])
  return pairs
}

async function bodyOf(incoming: IncomingMessage, maxBody: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers
  if (encoding === undefined && (length === undefined || length === '0')) return null
  if (Number(length) > maxBody) throw new TooLarge()
  return collected(incoming, maxBody)
}

/** By events: to iterate over a stream takes longer than most requests take. */
function collected(incoming: IncomingMessage, maxBody: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBody) chunks.push(chunk)
      else reject(new TooLarge())
    })
    incoming.on('end', () => resolve(Buffer.concat(chunks)))
    incoming.on('error', reject)
  })
}
