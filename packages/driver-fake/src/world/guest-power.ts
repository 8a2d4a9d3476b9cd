import type { GuestRecord } from './guest-record.ts'
import type { Instant } from '@novakit/core'
import { fakeErrors } from '../errors.ts'

/** Running since now, or since before. @throws `fake.broken` when a part of it cannot be read */
export function started(record: GuestRecord, now: Instant): GuestRecord {
  if (record.broken !== null) throw fakeErrors.broken({ server: record.server, part: record.broken })
  return { ...record, power: 'running', startedAt: record.startedAt ?? now }
}

export function stopped(record: GuestRecord): GuestRecord {
  return { ...record, power: 'shutdown', startedAt: null, frozen: false }
}
