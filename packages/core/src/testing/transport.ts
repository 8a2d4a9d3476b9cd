import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NovakitError } from '../domain/error.ts'
import { transportErrors } from '../domain/message/errors.ts'
import { later, millis, seconds, type Millis } from '../domain/unit/units.ts'
import type { Envelope, Transport } from '../ports/transport.ts'
import { systemClock } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'

/** Two ends that reach each other, fresh for every case. They may be the same object. */
export interface TransportEnds {
  readonly a: Transport
  readonly b: Transport
  close(): Promise<void>
}

export interface TransportSuite {
  make(): Promise<TransportEnds>
  /** Bytes that no message may have. 8 MiB by default. */
  readonly overLimit?: number
  /** Messages may arrive twice even when nothing fails. By default each arrives once in a quiet house. */
  readonly duplicates?: 'never' | 'tolerated'
  /** Case → why this transport cannot pass it. Printed. */
  readonly skip?: Partial<Record<TransportCase, string>>
}

type Case = (ends: TransportEnds, suite: TransportSuite) => Promise<void>

function envelope(payload: unknown, wait: Millis = seconds(10)): Envelope {
  const deadline = later(systemClock.now(), wait)
  return { id: systemIds.uuid(), method: 'probe.echo', version: 1, payload, deadline, traceId: 'req-conformance' }
}

const echo = async (arrived: Envelope): Promise<unknown> => arrived.payload

/** Every case by its name: a sentence about what a transport does. Runs against the system clock. */
const cases = {
  'carries a request and its answer, in both directions': async ({ a, b }) => {
    await a.listen('left', echo)
    await b.listen('right', echo)
    expect(await a.request('right', envelope({ to: 'right' }))).toEqual({ to: 'right' })
    expect(await b.request('left', envelope({ to: 'left' }))).toEqual({ to: 'left' })
  },

  'hands the whole envelope to the listener': async ({ a, b }) => {
    const seen: Envelope[] = []
    await b.listen('right', async (arrived) => void seen.push(arrived))
    const sent = envelope({ some: 'thing' })
    expect(await a.request('right', sent)).toBeUndefined()
    expect(seen[0]).toEqual(sent)
  },

  'reaches a listener of its own end': async ({ a }) => {
    await a.listen('here', echo)
    expect(await a.request('here', envelope('me'))).toBe('me')
  },

  'runs a handler after the call that sent the message, never inside it': async ({ a }) => {
    let returned = false
    await a.listen('here', async () => returned)
    const answer = a.request('here', envelope(null))
    returned = true
    expect(await answer).toBe(true)
  },

  'carries a copy: what the sender changes afterwards changes nothing': async ({ a, b }) => {
    await b.listen('right', echo)
    const payload = { list: [1, 2], name: 'before' }
    const answer = a.request('right', envelope(payload))
    payload.name = 'after'
    payload.list.push(3)
    expect(await answer).toEqual({ list: [1, 2], name: 'before' })
  },

  'carries bytes, unicode and odd keys as they are, and leaves out undefined': async ({ a, b }) => {
    await b.listen('right', echo)
    const odd = JSON.parse('{"__proto__":"x","$bytes":1}') as object
    const payload = { bytes: new Uint8Array([0, 127, 255]), text: 'Zoë 🦊 \u0000 \u2028 \ud800', odd, none: null }
    const answer = (await a.request('right', envelope({ ...payload, gone: undefined }))) as typeof payload
    expect(answer).toEqual(payload)
    expect(answer.bytes).toBeInstanceOf(Uint8Array)
    expect(Object.keys(answer)).not.toContain('gone')
    expect(JSON.stringify(answer.odd)).toBe(JSON.stringify(odd))
  },

  'refuses what would not survive the way, before it is sent': async ({ a, b }) => {
    await b.listen('right', echo)
    for (const payload of [new Map(), new Date(0), Number.NaN, 1n, () => 1, { deep: new Set([1]) }])
      await expect(a.request('right', envelope(payload))).rejects.toMatchObject({ code: 'transport.malformed' })
  },

  'carries an error with its brand, code, kind, help, message and detail': async ({ a, b }) => {
    const problem = {
      code: 'probe.refused',
      kind: 'conflict',
      help: 'elsewhere',
      message: 'Not here.',
      detail: { host: 'h1' },
    } as const
    await b.listen('right', async () => {
      throw new NovakitError(problem)
    })
    await expect(a.request('right', envelope(null))).rejects.toSatisfy(
      (error) => error instanceof NovakitError && error.name === 'NovakitError',
    )
    await expect(a.request('right', envelope(null))).rejects.toMatchObject(problem)
  },

  'carries any other error as internal.unexpected': async ({ a, b }) => {
    await b.listen('right', async () => {
      throw new TypeError('broken')
    })
    await expect(a.request('right', envelope(null))).rejects.toMatchObject({
      code: 'internal.unexpected',
      detail: { name: 'TypeError', text: 'broken' },
    })
  },

  'answers that an answer cannot be sent, instead of leaving the caller to wait': async ({ a, b }) => {
    await b.listen('right', async () => new Map())
    await expect(a.request('right', envelope(null))).rejects.toMatchObject({ code: 'transport.malformed' })
  },

  'ends a request with transport.timeout at its deadline': async ({ a, b }) => {
    await b.listen('right', () => new Promise(() => undefined))
    const before = systemClock.now()
    await expect(a.request('right', envelope(null, millis(200)))).rejects.toMatchObject({ code: 'transport.timeout' })
    expect(systemClock.now() - before).toBeGreaterThanOrEqual(195)
  },

  'does not send what is past its deadline': async ({ a, b }) => {
    let heard = 0
    await b.listen('right', async () => void heard++)
    await expect(a.request('right', envelope(null, millis(-1)))).rejects.toMatchObject({ code: 'transport.timeout' })
    await a.request('right', envelope(null))
    expect(heard).toBe(1)
  },

  'answers transport.unreachable at once where nobody listens': async ({ a }) => {
    const before = systemClock.now()
    await expect(a.request('nobody', envelope(null))).rejects.toMatchObject({ code: 'transport.unreachable' })
    expect(systemClock.now() - before).toBeLessThan(5_000)
  },

  'answers transport.unreachable once the last listener has closed': async ({ a, b }) => {
    const listening = await b.listen('right', echo)
    await a.request('right', envelope(null))
    await listening.close()
    await listening.close()
    await expect(a.request('right', envelope(null))).rejects.toMatchObject({ code: 'transport.unreachable' })
  },

  'shares the messages of an address among its listeners': async ({ a, b }) => {
    const heard = { a: 0, b: 0 }
    await a.listen('shared', async () => void heard.a++)
    await b.listen('shared', async () => void heard.b++)
    for (let sent = 0; sent < 20; sent++) await a.request('shared', envelope(sent))
    expect(heard.a).toBeGreaterThan(0)
    expect(heard.b).toBeGreaterThan(0)
    expect(heard.a + heard.b).toBeGreaterThanOrEqual(20)
  },

  'delivers a message once, or more than once where duplicates are tolerated': async ({ a, b }, suite) => {
    const heard = new Map<unknown, number>()
    await b.listen('right', async ({ payload }) => void heard.set(payload, (heard.get(payload) ?? 0) + 1))
    await Promise.all(Array.from({ length: 50 }, (_, n) => a.request('right', envelope(n))))
    expect(heard.size).toBe(50)
    if (suite.duplicates !== 'tolerated') expect([...heard.values()]).toEqual(Array.from({ length: 50 }, () => 1))
  },

  'refuses a message over the limit, and goes on': async ({ a, b }, suite) => {
    const large = 'x'.repeat(suite.overLimit ?? 8 * 2 ** 20)
    await b.listen('right', echo)
    await b.listen('wordy', async () => large)
    await expect(a.request('right', envelope(large))).rejects.toMatchObject({ code: 'transport.too_large' })
    await expect(a.request('wordy', envelope(null))).rejects.toMatchObject({ code: 'transport.too_large' })
    expect(await a.request('right', envelope('small'))).toBe('small')
  },

  'keeps a thousand concurrent requests apart': async ({ a, b }) => {
    await b.listen('right', async ({ payload }) => {
      await systemClock.sleep(millis((payload as number) % 7))
      return `answer ${String(payload)}`
    })
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => a.request('right', envelope(n, seconds(25)))),
    )
    expect(answers).toEqual(Array.from({ length: 1000 }, (_, n) => `answer ${n}`))
  },

  'lets a handler ask while it is asked': async ({ a, b }) => {
    await a.listen('left', echo)
    await b.listen('right', async ({ payload }) => b.request('left', envelope(['via', payload])))
    expect(await a.request('right', envelope('right'))).toEqual(['via', 'right'])
  },

  'once closed, fails what waits and takes nothing more': async ({ a, b }) => {
    await b.listen('right', () => new Promise(() => undefined))
    const waiting = expect(a.request('right', envelope(null))).rejects.toMatchObject({ code: 'transport.closed' })
    await systemClock.sleep(millis(20))
    await a.close()
    await waiting
    await expect(a.request('right', envelope(null))).rejects.toMatchObject({ code: 'transport.closed' })
    await expect(a.listen('left', echo)).rejects.toMatchObject({ code: transportErrors.closed.code })
    await a.close()
  },
} satisfies Record<string, Case>

export type TransportCase = keyof typeof cases

/**
 * The conformance suite of a transport. A driver's own test is `describeTransport('amqp', { make })`. No case assumes
 * an order among messages.
 */
export function describeTransport(name: string, suite: TransportSuite): void {
  describe(`transport ${name}`, () => {
    let ends: TransportEnds
    beforeEach(async () => {
      ends = await suite.make()
    })
    afterEach(() => ends.close())
    for (const [title, run] of Object.entries(cases) as [TransportCase, Case][]) {
      const reason = suite.skip?.[title]
      if (reason === undefined) it(title, () => run(ends, suite))
      else it.skip(`${title} (skipped: ${reason})`, () => undefined)
    }
  })
}
