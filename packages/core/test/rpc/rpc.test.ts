import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { instant, later, millis, seconds } from '../../src/domain/unit/units.ts'
import { serverErrors } from '../../src/domain/server/errors.ts'
import type { Envelope, Transport } from '../../src/ports/transport.ts'
import { client, defineContract, serve, type Handlers } from '../../src/rpc/index.ts'
import { manualClock } from '../../src/system/clock.ts'
import { seededIds } from '../../src/system/ids.ts'
import { logTo, type LogLine } from '../../src/system/log.ts'
import { seededRandom } from '../../src/system/random.ts'
import { fates, inProcess } from '../../src/transport/index.ts'

interface Spawn {
  readonly server: string
  readonly disks: readonly { readonly size: number }[]
  readonly labels: Readonly<Record<string, string>>
}

const spawn: z.ZodType<Spawn> = z.object({
  server: z.string(),
  disks: z.array(z.object({ size: z.number() })).readonly(),
  labels: z.record(z.string(), z.string()).optional().default({}) as z.ZodType<Spawn['labels']>,
})

const host = defineContract('host', {
  spawn: {
    version: 3,
    request: spawn,
    reply: z.object({ node: z.string() }),
    timeout: seconds(20),
    upgrade: {
      1: (old) => ({ server: (old as { id: string }).id.toLowerCase() }),
      2: (old) => ({ ...(old as object), disks: [] }),
    },
  },
  forget: { version: 2, request: z.object({}), reply: z.void(), timeout: seconds(5) },
})

const start = instant(1_000_000)
const order: Spawn = { server: 's1', disks: [{ size: 10 }], labels: { a: 'b' } }
const call = { traceId: 'req-1' }

function house(more: Partial<Handlers<(typeof host)['methods']>> = {}) {
  const clock = manualClock(start)
  const lines: LogLine[] = []
  const seen: Envelope[] = []
  const transport = inProcess({ clock, faults: (envelope) => (seen.push(envelope), fates.deliver) })
  const handlers = { spawn: async ({ server }: Spawn) => ({ node: `for ${server}` }), forget: async () => undefined }
  const log = logTo((line) => lines.push(line))
  const serving = serve(host, transport, 'host/a', { ...handlers, ...more }, { clock, log })
  const ids = seededIds(seededRandom('ids'))
  return { clock, transport, lines, seen, serving, host: client(host, transport, 'host/a', { clock, ids }) }
}

function raw(transport: Transport, envelope: Partial<Envelope>): Promise<unknown> {
  const whole = { id: 'm', method: 'host.spawn', version: 3, payload: order, deadline: later(start, seconds(5)) }
  return transport.request('host/a', { ...whole, traceId: 'req-1', ...envelope })
}

describe('a contract', () => {
  it('gives a client typed methods and a server typed handlers', async () => {
    const { host: agent } = house()
    expectTypeOf(agent.spawn).parameter(0).toEqualTypeOf<Spawn>()
    expectTypeOf(agent.spawn).returns.resolves.toEqualTypeOf<{ node: string }>()
    expectTypeOf(agent.forget).returns.resolves.toEqualTypeOf<void>()
    expect(await agent.spawn(order, call)).toEqual({ node: 'for s1' })
    expect(await agent.forget({}, call)).toBeUndefined()
  })

  it('sends name, version, trace and a deadline of the method, or the one given', async () => {
    const { host: agent, seen } = house()
    await agent.spawn(order, call)
    await agent.forget({}, { ...call, deadline: later(start, millis(7)) })
    const [first, second] = [seen[0], seen[2]]
    expect(first).toMatchObject({ method: 'host.spawn', version: 3, traceId: 'req-1', deadline: start + 20_000 })
    expect(second).toMatchObject({ method: 'host.forget', version: 2, deadline: start + 7 })
    expect(first?.id).not.toBe(second?.id)
  })

  it('tells the handler id, trace and deadline', async () => {
    const heard: unknown[] = []
    const { transport } = house({ forget: async (_payload, incoming) => void heard.push(incoming) })
    await raw(transport, { method: 'host.forget', version: 2, payload: {} })
    expect(heard).toEqual([{ id: 'm', traceId: 'req-1', deadline: start + 5_000 }])
  })

  it('carries a refusal of the handler to the caller', async () => {
    const { host: agent } = house({
      spawn: async () => {
        throw serverErrors.locked({ server: 's1' }, { detail: { by: 'admin' } })
      },
    })
    await expect(agent.spawn(order, call)).rejects.toMatchObject({
      code: 'server.locked',
      kind: 'conflict',
      help: 'later',
      message: 'Server s1 is locked. Unlock it first.',
      detail: { by: 'admin' },
    })
  })

  it('tells the log of what a handler throws unexpectedly, and only of that', async () => {
    let thrown: Error = new TypeError('broken')
    const { host: agent, lines } = house({
      forget: async () => {
        throw thrown
      },
    })
    await expect(agent.forget({}, call)).rejects.toMatchObject({ code: 'internal.unexpected' })
    expect(lines).toMatchObject([{ level: 'error', facts: { wire: 'host.forget', traceId: 'req-1' } }])
    thrown = serverErrors.locked({ server: 's1' })
    await expect(agent.forget({}, call)).rejects.toMatchObject({ code: 'server.locked' })
    expect(lines).toHaveLength(1)
  })

  it('stops serving when the listening is closed', async () => {
    const { host: agent, serving } = house()
    await (await serving).close()
    await expect(agent.forget({}, call)).rejects.toMatchObject({ code: 'transport.unreachable' })
  })
})

describe('validation', () => {
  it('refuses a request at the caller, before it is sent', async () => {
    const { host: agent, seen } = house()
    await expect(agent.spawn({ ...order, server: 7 } as never, call)).rejects.toMatchObject({
      code: 'transport.malformed',
      message: 'A message could not be read: request of host.spawn.server: invalid_type',
    })
    expect(seen).toEqual([])
  })

  it('refuses a request at the receiver, before the handler sees it', async () => {
    let heard = 0
    const { transport } = house({ spawn: async () => ({ node: String(heard++) }) })
    await expect(raw(transport, { payload: { ...order, disks: [{ size: 1 }, { size: '1' }] } })).rejects.toThrow(
      'request of host.spawn.disks[].size: invalid_type',
    )
    expect(heard).toBe(0)
  })

  it('drops members that the schema does not name, at the caller already', async () => {
    const { host: agent, seen } = house()
    await agent.spawn({ ...order, adminPassword: 'secret' } as Spawn, call)
    expect(seen[0]?.payload).toEqual(order)
  })

  it('refuses a reply that the schema refuses, whichever side made it', async () => {
    const { host: agent } = house({ spawn: async () => ({ nodes: 1 }) as never })
    await expect(agent.spawn(order, call)).rejects.toThrow('reply of host.spawn.node: invalid_type')
    const { host: other, transport, serving } = house()
    await (await serving).close()
    await transport.listen('host/a', async () => ({ node: 5 }))
    await expect(other.spawn(order, call)).rejects.toThrow('reply of host.spawn.node: invalid_type')
  })

  it('repeats nothing that was in the payload: neither values nor keys of records', async () => {
    const { transport } = house()
    const payload = { ...order, labels: { canarykey: 5, canary2: 'canaryvalue' } }
    const error = await raw(transport, { payload }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'transport.malformed', message: expect.stringContaining('.labels.*') })
    expect(JSON.stringify(error)).not.toContain('canary')
  })
})

describe('versions', () => {
  it('refuses a method that it does not know', async () => {
    const { transport } = house()
    for (const method of ['host.explode', 'spawn', 'other.spawn', 'host.constructor', 'host.__proto__', ''])
      await expect(raw(transport, { method })).rejects.toMatchObject({ code: 'transport.unknown_method' })
  })

  it('refuses a newer version than it speaks, and an older one without an upgrade', async () => {
    const { transport } = house()
    await expect(raw(transport, { version: 4 })).rejects.toMatchObject({ code: 'transport.unknown_method' })
    await expect(raw(transport, { method: 'host.forget', version: 1, payload: {} })).rejects.toMatchObject({
      code: 'transport.unknown_method',
      message: 'Nobody here understands host.forget version 1.',
    })
  })

  it('brings an older request to the current shape, one version at a time', async () => {
    const { transport } = house({ spawn: async ({ server, disks }) => ({ node: `${server} ${disks.length}` }) })
    expect(await raw(transport, { version: 1, payload: { id: 'S9' } })).toEqual({ node: 's9 0' })
    expect(await raw(transport, { version: 2, payload: { server: 's9' } })).toEqual({ node: 's9 0' })
  })

  it('checks an upgraded request like any other, and survives one that cannot be upgraded', async () => {
    const { transport } = house()
    await expect(raw(transport, { version: 2, payload: {} })).rejects.toThrow('request of host.spawn.server')
    await expect(raw(transport, { version: 1, payload: {} })).rejects.toMatchObject({ code: 'transport.malformed' })
  })
})

describe('deadlines', () => {
  it('does not read what arrives past its deadline', async () => {
    let heard = 0
    const clock = manualClock(start)
    const transport = inProcess({ clock })
    const ahead = { ...clock, now: () => later(start, seconds(6)) }
    const handlers = { spawn: async () => ({ node: String(heard++) }), forget: async () => undefined }
    await serve(host, transport, 'host/a', handlers, { clock: ahead })
    await expect(raw(transport, { payload: 'not even readable' })).rejects.toMatchObject({ code: 'transport.timeout' })
    expect(heard).toBe(0)
  })

  it('gives up at the method timeout', async () => {
    const { host: agent, clock } = house({ forget: () => new Promise(() => undefined) })
    const failure = expect(agent.forget({}, call)).rejects.toMatchObject({ code: 'transport.timeout' })
    await clock.advance(seconds(5))
    await failure
  })
})
