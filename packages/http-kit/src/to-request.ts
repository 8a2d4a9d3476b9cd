import type { IncomingMessage } from 'node:http'
import type { NovakitError } from '@novakit/core/vocabulary'
import { requestErrors } from './errors.ts'
import { readRequest } from './request-bytes.ts'

/** Methods that fetch's Request refuses to carry. */
const UNUSABLE = new Set(['CONNECT', 'TRACE', 'TRACK'])

const HOST = /^[A-Za-z0-9._-]+(:\d+)?$|^\[[0-9a-f:.]+\](:\d+)?$/i

/**
 * A request as handlers know it, with its whole body, or with a body that nobody can read where it is longer than
 * `maxBody`. `unusable` is one that no handler could be given: a method or a host that makes no URL, or a path that a
 * URL would spell otherwise.
 */
export async function toRequest(incoming: IncomingMessage, maxBody: number): Promise<Request | 'unusable'> {
  const { method = 'GET' } = incoming
  const target = targetOf(incoming)
  if (UNUSABLE.has(method) || target === null) return 'unusable'
  const body = await bodyOf(incoming, maxBody)
  const init = { method, headers: headersOf(incoming) }
  const carries = body !== null && method !== 'GET' && method !== 'HEAD'
  return carries ? readRequest(target, init, body) : new Request(target, init)
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

async function bodyOf(
  incoming: IncomingMessage,
  maxBody: number,
): Promise<Uint8Array<ArrayBuffer> | NovakitError | null> {
  const { 'content-length': length, 'transfer-encoding': encoding } = incoming.headers
  if (encoding === undefined && (length === undefined || length === '0')) return null
  if (Number(length) > maxBody) return requestErrors.body_too_large({ most: maxBody })
  return collected(incoming, maxBody)
}

/** By events: to iterate over a stream takes longer than most requests take. */
function collected(incoming: IncomingMessage, maxBody: number): Promise<Uint8Array<ArrayBuffer> | NovakitError> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBody) chunks.push(chunk)
      else resolve(requestErrors.body_too_large({ most: maxBody }))
    })
    incoming.on('end', () => resolve(Buffer.concat(chunks)))
    incoming.on('error', reject)
  })
}
