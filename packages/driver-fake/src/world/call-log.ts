import type { Call, CallName, CallRecord, StepName } from '../knobs/call.ts'
import type { GuestRef, HostName, Instant } from '@novakit/core'

/** The history of calls: who was asked what, what was done and what was answered. Holds no arguments, so no secrets. */
export interface CallLog {
  begin(name: CallName, host: HostName, guest: GuestRef | null, at: Instant): Call
  step(call: Call, step: StepName): void
  fault(call: Call, kind: string): void
  end(call: Call, outcome: 'done' | 'failed' | 'lost', problem: string | null, at: Instant): void
  /** Oldest first. */
  all(): readonly CallRecord[]
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** `limit`: how many calls are remembered. */
export function callLog(limit: number): CallLog {
  const records = new Map<number, Mutable<CallRecord> & { steps: StepName[] }>()
  const counts = new Map<string, number>()
  let last = 0
  const count = (key: string): number => {
    const next = (counts.get(key) ?? 0) + 1
    counts.set(key, next)
    return next
  }
  return {
    begin: (name, host, guest, at) => {
      const { server = null, epoch = null } = guest ?? {}
      const nth = count(`${host} ${name}`)
      const attempt = server === null ? nth : count(`${host} ${name} ${server}`)
      const call: Call = { id: ++last, name, host, server, epoch, nth, attempt, at }
      const rest = { outcome: 'under_way', steps: [], fault: null, problem: null, endedAt: null } as const
      records.set(call.id, { ...call, ...rest, steps: [] })
      records.delete(last - limit)
      return call
    },
    step: (call, step) => void records.get(call.id)?.steps.push(step),
    fault: (call, kind) => {
      const record = records.get(call.id)
      if (record !== undefined) record.fault = kind
    },
    end: (call, outcome, problem, at) => {
      const record = records.get(call.id)
      if (record === undefined || record.outcome !== 'under_way') return
      Object.assign(record, { outcome, problem, endedAt: at })
    },
    all: () => [...records.values()].map((record) => ({ ...record, steps: [...record.steps] })),
  }
}
