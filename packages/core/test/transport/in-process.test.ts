import { describe, expect, it } from 'vitest'
import { describeTransport } from '../../src/testing/transport.ts'
import { bytes, instant, later, millis, seconds } from '../../src/domain/unit/units.ts'
import type { Envelope } from '../../src/ports/transport.ts'
import { manualClock } from '../../src/system/clock.ts'
import { seededRandom } from '../../src/system/random.ts'
import { fates, inProcess, randomFaults, type Fate, type Faults } from '../../src/transport/index.ts'

describeTransport('inProcess', {
  make: async () => {
    const bus = inProcess()
    const other = bus.connect('other')
    return { a: bus, b: other, close: async () => void (await Promise.all([bus.close(), other.close()])) }
  },
})

const start = instant(1_000_000)

function envelope(payload: unknown, wait = seconds(10)): Envelope {
  return { id: 'm1', method: 'probe.echo', version: 1, payload, deadline: later(start, wait), traceId: 'req-1' }
}

/** A bus in virtual time whose messages meet the fates given for their direction. */
function faulty(plan: { readonly request?: Fate; readonly reply?: Fate }) {
  const clock = manualClock(start)
  const heard: unknown[] = []
  const bus = inProcess({ clock, faults: (_envelope, _address, direction) => plan[direction] ?? fates.deliver })
  const listening = bus.listen('here', async ({ payload }) => heard.push(payload))
  return { clock, bus, heard, listening }
}

/** A request whose end is looked at later: until then its rejection is nobody's surprise. */
function watched(answer: Promise<unknown>): Promise<unknown> {
  answer.catch(() => undefined)
  return answer
}

/** Has the promise ended, and how? */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  const pending = new Promise<string>((resolve) => setImmediate(() => resolve('pending')))
  return Promise.race([
    pending,
    promise.then(
      () => 'answered',
      (error: { code: string }) => error.code,
    ),
  ])
}

describe('inProcess', () => {
  it('answers without time passing', async () => {
    const { bus } = faulty({})
    expect(await bus.request('here', envelope('x'))).toBe(1)
  })

  it('keeps two clouds in one process apart', async () => {
    const [one, two] = [inProcess(), inProcess()]
    await one.listen('here', async () => 'one')
    const sent = { ...envelope(null), deadline: instant(Number.MAX_SAFE_INTEGER) }
    await expect(two.request('here', sent)).rejects.toMatchObject({ code: 'transport.unreachable' })
    expect(await one.request('here', sent)).toBe('one')
  })

  it('closes one end without the others: its listeners are gone, theirs stay', async () => {
    const bus = inProcess({ clock: manualClock(start) })
    const host = bus.connect('host')
    await host.listen('host/a', async () => 'host')
    await bus.listen('conductor', async () => 'conductor')
    await host.close()
    await expect(bus.request('host/a', envelope(null))).rejects.toMatchObject({ code: 'transport.unreachable' })
    expect(await bus.request('conductor', envelope(null))).toBe('conductor')
  })

  it('sends no answer from an end that closed while its handler ran', async () => {
    const clock = manualClock(start)
    const bus = inProcess({ clock })
    const host = bus.connect('host')
    const work = Promise.withResolvers<void>()
    await host.listen('host/a', () => work.promise)
    const answer = watched(bus.request('host/a', envelope(null, seconds(5))))
    expect(await stateOf(answer)).toBe('pending')
    await host.close()
    work.resolve()
    expect(await stateOf(answer)).toBe('pending')
    await clock.advance(seconds(5))
    expect(await stateOf(answer)).toBe('transport.timeout')
  })

  it('refuses an envelope that no receiver would read', async () => {
    const { bus } = faulty({})
    for (const wrong of [{ version: 0 }, { version: 1.5 }, { id: 'x'.repeat(600) }, { deadline: Number.NaN }])
      await expect(bus.request('here', { ...envelope(1), ...wrong } as Envelope)).rejects.toMatchObject({
        code: 'transport.malformed',
      })
  })

  it('leaves no timer behind once it is answered', async () => {
    const { bus, clock } = faulty({})
    await bus.request('here', envelope('x'))
    expect(clock.waiting).toBe(0)
  })

  it('counts bytes, not characters, against the limit', async () => {
    const bus = inProcess({ clock: manualClock(start), maxMessage: bytes(1000) })
    await bus.listen('here', async () => 'taken')
    expect(await bus.request('here', envelope('x'.repeat(700)))).toBe('taken')
    await expect(bus.request('here', envelope('🦊'.repeat(300)))).rejects.toMatchObject({ code: 'transport.too_large' })
  })
})

describe('faults of inProcess', () => {
  it('a lost request is not heard, and times out', async () => {
    const { bus, clock, heard } = faulty({ request: fates.drop })
    const answer = watched(bus.request('here', envelope('x', seconds(3))))
    await clock.advance(millis(2999))
    expect(await stateOf(answer)).toBe('pending')
    await clock.advance(millis(1))
    expect(await stateOf(answer)).toBe('transport.timeout')
    expect(heard).toEqual([])
  })

  it('a lost reply leaves the work done and the caller unknowing', async () => {
    const { bus, clock, heard } = faulty({ reply: fates.drop })
    const answer = watched(bus.request('here', envelope('x')))
    await clock.advance(seconds(10))
    expect(await stateOf(answer)).toBe('transport.timeout')
    expect(heard).toEqual(['x'])
  })

  it('a duplicate is heard twice and answered once', async () => {
    const { bus, clock, heard } = faulty({ request: fates.duplicate(millis(50)) })
    expect(await bus.request('here', envelope('x'))).toBe(1)
    await clock.advance(millis(50))
    expect(heard).toEqual(['x', 'x'])
  })

  it('a delayed message is overtaken by the next', async () => {
    const clock = manualClock(start)
    const heard: unknown[] = []
    const late: Faults = ({ payload }, _address, direction) =>
      payload === 'first' && direction === 'request' ? fates.delay(millis(5)) : fates.deliver
    const bus = inProcess({ clock, faults: late })
    await bus.listen('here', async ({ payload }) => heard.push(payload))
    const both = Promise.all([bus.request('here', envelope('first')), bus.request('here', envelope('second'))])
    expect(await stateOf(both)).toBe('pending')
    await clock.advance(millis(5))
    await both
    expect(heard).toEqual(['second', 'first'])
  })

  it('a message that arrives after its listener left is answered unreachable', async () => {
    const { bus, clock, listening } = faulty({ request: fates.delay(millis(5)) })
    const answer = watched(bus.request('here', envelope('x')))
    await (await listening).close()
    await clock.advance(millis(5))
    expect(await stateOf(answer)).toBe('transport.unreachable')
  })

  it('a truncated request is dropped, and a truncated reply too', async () => {
    const truncated = fates.alter((text) => text.slice(0, -3))
    for (const plan of [{ request: truncated }, { reply: truncated }]) {
      const { bus, clock } = faulty(plan)
      const answer = watched(bus.request('here', envelope('x')))
      await clock.advance(seconds(10))
      expect(await stateOf(answer)).toBe('transport.timeout')
    }
  })

  it('a mangled problem is not taken for success', async () => {
    const clock = manualClock(start)
    const mangled = fates.alter((text) => text.replace('internal.unexpected', 'nonsense'))
    const bus = inProcess({ clock, faults: (_e, _a, direction) => (direction === 'reply' ? mangled : fates.deliver) })
    await bus.listen('here', async () => {
      throw new Error('broken')
    })
    const answer = watched(bus.request('here', envelope('x')))
    await clock.advance(seconds(10))
    expect(await stateOf(answer)).toBe('transport.timeout')
  })

  it('knows from which end a message came, so that a link can be cut one way', async () => {
    const cut: Faults = (_envelope, address, _direction, from) =>
      from === 'host' && address === 'conductor' ? fates.drop : fates.deliver
    const clock = manualClock(start)
    const bus = inProcess({ clock, name: 'control', faults: cut })
    const host = bus.connect('host')
    await bus.listen('conductor', async () => 'taken')
    await host.listen('host/a', async () => 'taken')
    const reports = watched(host.request('conductor', envelope(null)))
    expect(await bus.request('host/a', envelope(null))).toBe('taken')
    await clock.advance(seconds(10))
    expect(await stateOf(reports)).toBe('transport.timeout')
  })

  it('by chance come the same for the same seed, and near the rates asked for', () => {
    const draw = (seed: string) => {
      const faults = randomFaults(seededRandom(seed), { drop: 0.2, duplicate: 0.1, delay: 0.5, upTo: millis(100) })
      return Array.from({ length: 2000 }, () => faults(envelope(0), 'here', 'request', 'a').copies)
    }
    expect(draw('one')).toEqual(draw('one'))
    expect(draw('one')).not.toEqual(draw('two'))
    const lost = draw('one').filter((copies) => copies.length === 0).length
    expect(lost).toBeGreaterThan(320)
    expect(lost).toBeLessThan(480)
    expect(Math.max(...draw('one').flat())).toBeLessThanOrEqual(100)
  })

  it('by chance lose only replies where only replies are to be lost', () => {
    const faults = randomFaults(seededRandom('s'), { loseReply: 1 })
    expect(faults(envelope(0), 'here', 'request', 'a')).toEqual(fates.deliver)
    expect(faults(envelope(0), 'here', 'reply', 'a')).toEqual(fates.drop)
  })
})
