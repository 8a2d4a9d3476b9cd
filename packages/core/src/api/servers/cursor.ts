import type { Server } from '../../domain/server/server.ts'

/** The place of a server in a list: it holds even when the server is gone, or its cell is down. */
export interface Cursor {
  readonly value: string | number
  readonly id: string
}

const PREFIX = 'next.'

export function cursorOf(server: Server, sort: 'createdAt' | 'updatedAt' | 'name'): string {
  return `${PREFIX}${Buffer.from(JSON.stringify([server[sort], server.id])).toString('base64url')}`
}

/** Null for what is no cursor. */
export function parseCursor(text: string): Cursor | null {
  if (!text.startsWith(PREFIX)) return null
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text.slice(PREFIX.length), 'base64url').toString('utf8'))
    if (!Array.isArray(parsed)) return null
    const [value, id] = parsed as unknown[]
    const known = (typeof value === 'string' || typeof value === 'number') && typeof id === 'string'
    return known ? { value, id } : null
  } catch {
    return null
  }
}
