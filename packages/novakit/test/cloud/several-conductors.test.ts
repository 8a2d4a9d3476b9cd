import { expect, onTestFinished, test } from 'vitest'
import type { CloudWorld, CloudWorldOptions } from '@novakit/sim'
import type { PlacementLedger } from '@novakit/core'
import { hostErrors, seconds } from '@novakit/core'
import { placementLedger } from '@novakit/placement'
import { expectStatuses } from '../support/expect-statuses.ts'
import { settle, startedWorld } from '@novakit/sim'

async function worldOf(options: CloudWorldOptions): Promise<CloudWorld> {
  const world = await startedWorld({ conductors: 1, ...options })
  onTestFinished(() => world.close())
  return world
}

const asked = { name: 'web', flavor: 'm1.tiny', image: 'cirros' } as const
/** All of a host. */
const whole = { ...asked, flavor: 'm1.medium', count: 2 } as const

/** A ledger in which others are quicker, the first so many times. */
function crowdedLedger(losses: number): PlacementLedger & { readonly claims: () => number } {
  const ledger = placementLedger()
  let claims = 0
  return {
    ...ledger,
    claims: () => claims,
    claim: async (tx, wanted) => {
      if (++claims > losses) return ledger.claim(tx, wanted)
      return { kind: 'refused', refusal: { kind: 'race', consumer: wanted[0]!.consumer } }
    },
  }
}

test('a place that another request has only thought of is not withheld from one that asks for it', async () => {
  const world = await worldOf({ hosts: { h1: 'west' } })
  const held = Promise.withResolvers<void>()
  let first: string | null = null
  world.intercept(async (_process, point, operation, step) => {
    if (step !== 'place' || point !== 'after_effect') return
    first ??= operation.id
    if (operation.id === first) await held.promise
  })
  const [slow] = await world.tenant.servers.create(whole)
  await world.clock.advance(seconds(2))
  expect(first).not.toBeNull()
  const [quick] = await world.tenant.servers.create(whole)
  await world.clock.advance(seconds(3))
  const found = await world.tenant.servers.get(quick!.id)
  expect(found.status).toBe('ACTIVE')
  held.resolve()
  await settle(world)
  expect(await world.tenant.servers.get(slow!.id)).toMatchObject({
    status: 'ERROR',
    fault: { code: 'server.no_valid_host' },
  })
  expect(world.hypervisors.guests()).toHaveLength(2)
})

test('a request whose claims are lost is refused after six decisions, each of which was claimed', async () => {
  const ledger = crowdedLedger(1000)
  const world = await worldOf({ ledger })
  const [server] = await world.tenant.servers.create(asked)
  await settle(world)
  expect(await world.tenant.servers.get(server!.id)).toMatchObject({
    status: 'ERROR',
    fault: { code: 'server.no_valid_host', message: expect.stringContaining('taken by others') },
  })
  expect(ledger.claims()).toBe(6)
})

test('a request that loses its claim five times is placed by the sixth', async () => {
  const ledger = crowdedLedger(5)
  const world = await worldOf({ ledger })
  await world.tenant.servers.create(asked)
  await settle(world)
  await expectStatuses(world, ['ACTIVE'])
})

test('trouble of another kind, however often, is not taken for lost room', async () => {
  const world = await worldOf({})
  let troubles = 0
  world.intercept(async (_process, point, _operation, step) => {
    if (step === 'place' && point === 'after_effect' && ++troubles <= 9)
      throw hostErrors.unreachable({}, { detail: { host: 'h1' } })
  })
  await world.tenant.servers.create(asked)
  await settle(world)
  expect(troubles).toBeGreaterThan(9)
  await expectStatuses(world, ['ACTIVE'])
})

test('a server whose host failed it looks on for a place while others take what it finds, and not for ever', async () => {
  const ledger = placementLedger()
  let claims = 0
  const crowded: PlacementLedger = {
    ...ledger,
    claim: async (tx, wanted) =>
      ++claims === 1
        ? ledger.claim(tx, wanted)
        : { kind: 'refused', refusal: { kind: 'race', consumer: wanted[0]!.consumer } },
  }
  const world = await worldOf({ ledger: crowded })
  world.driverFaults(({ name }) => (name === 'spawn' ? { kind: 'error', at: 'start' } : null))
  const [server] = await world.tenant.servers.create(asked)
  await settle(world)
  expect(await world.tenant.servers.get(server!.id)).toMatchObject({
    status: 'ERROR',
    fault: { code: 'server.build_failed' },
  })
  expect(claims).toBeGreaterThan(6)
})
