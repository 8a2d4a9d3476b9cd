import { z } from 'zod'
import type { ParsedQuery } from './input.ts'
import type { Server } from '../../domain/server/server.ts'
import { reference } from '../fields.ts'
import { time } from './input.ts'

/** The place of a server in a list: it holds even when the server is gone, or its cell is down. */
export interface Cursor {
  readonly value: string | number
  readonly id: string
}

type Sort = ParsedQuery['sort']

const PREFIX = 'next.'

export function cursorOf(server: Server, sort: Sort): string {
  return `${PREFIX}${Buffer.from(JSON.stringify([server[sort], server.id])).toString('base64url')}`
}

/** Null for what is no cursor of that order. */
export function parseCursor(text: string, sort: Sort): Cursor | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text.slice(PREFIX.length), 'base64url').toString('utf8'))
    const place = places[sort].safeParse(parsed)
    return place.success ? { value: place.data[0], id: place.data[1] } : null
  } catch {
    return null
  }
}

/** A marker that is no id of a server. */
export function isCursor(text: string): boolean {
  return text.startsWith(PREFIX)
}

const inTime = z.tuple([time, reference])
const places = { createdAt: inTime, updatedAt: inTime, name: z.tuple([reference, reference]) } as const
