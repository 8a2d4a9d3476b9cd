import { id, type RequestContext } from '@novakit/core'

export function as(project: string, ...roles: readonly string[]): RequestContext {
  return { requestId: id('req-1'), project: id(project), user: id(`user-of-${project}`), roles: ['member', ...roles] }
}

/** The public code of what a promise is refused with, or `none`. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: { readonly code?: string }) => error.code ?? (error instanceof Error ? error.message : 'no error'),
  )
}

/** Bytes in pieces of a size, as they come from a network. */
export async function* inPieces(bytes: Uint8Array, size = 65_536): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

export async function together(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}
