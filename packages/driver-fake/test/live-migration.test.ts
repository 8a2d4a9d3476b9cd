import { describe, expect, it } from 'vitest'
import { millis } from '@novakit/core'
import type { HypervisorFacets } from '@novakit/core'
import { manualClock } from '@novakit/core'
import { testEnvironment } from '@novakit/core/testing'
import { fakeDriver } from '../src/index.ts'
import type { FakeDriver, FakeDriverOptions } from '../src/index.ts'
import { hostName, orderOn } from './kit.ts'

const order = orderOn('a')
const to = orderOn('b', { epoch: 2 })
type Facet = HypervisorFacets['liveMigration']

/** Two hosts on one clock with a migration prepared and started from `a` to `b`. */
async function started(options: FakeDriverOptions) {
  const driver = fakeDriver(options)
  const clock = manualClock()
  const open = async (host: string) => driver.open(testEnvironment({ host, clock }))
  const [a, b] = [await open('a'), await open('b')]
  const [source, destination] = [a.liveMigration as Facet, b.liveMigration as Facet]
  await a.spawn(order)
  const checked = await source.checkSource(order, await destination.checkDestination(to))
  await source.start(order, await destination.prepareDestination(to, checked))
  return { driver, world: driver.world, clock, open, a, b, source, destination }
}

const powers = ({ world }: FakeDriver): readonly string[] => world.guests().map(({ host, power }) => `${host} ${power}`)

describe('a live migration on the fake', () => {
  it('goes on by the clock, tells how far it is, and switches over in one instant', async () => {
    const { driver, world, clock, source } = await started({ migration: { span: 1000 } })
    const all = 256 * 2 ** 20
    expect(await source.progress(order)).toMatchObject({ state: 'running', memoryTotal: all, memoryRemaining: all })
    await clock.advance(millis(750))
    expect(await source.progress(order)).toMatchObject({ state: 'running', memoryRemaining: all / 4 })
    expect(powers(driver)).toEqual(['a running', 'b paused'])
    await clock.advance(millis(250))
    expect(await source.progress(order)).toMatchObject({ state: 'completed', memoryRemaining: 0 })
    expect(powers(driver)).toEqual(['a shutdown', 'b running'])
    expect(world.violations()).toEqual([])
  })

  it('goes on while the agent of the source is away', async () => {
    const { driver, world, clock, open } = await started({ migration: { span: 1000 } })
    world.crash(hostName('a'))
    await clock.advance(millis(1000))
    expect(powers(driver)).toEqual(['a shutdown', 'b running'])
    const again = await open('a')
    expect(await again.liveMigration?.progress(order)).toMatchObject({ state: 'completed' })
  })

  it('tells the source that it is done', async () => {
    const { a, clock } = await started({ migration: { span: 10 } })
    const heard: string[] = []
    a.events(({ kind }) => heard.push(kind))
    await clock.advance(millis(10))
    expect(heard).toEqual(['migration_completed'])
  })

  it('that does not converge runs until it is aborted', async () => {
    const { driver, clock, source, destination } = await started({ migration: { outcome: 'never' } })
    await clock.advance(millis(10_000_000))
    expect(await source.progress(order)).toMatchObject({ state: 'running' })
    await source.abort(order)
    expect(await source.progress(order)).toMatchObject({ state: 'cancelled' })
    await destination.rollbackDestination(to)
    expect(powers(driver)).toEqual(['a running'])
  })

  it('that does not converge can be forced', async () => {
    const { driver, source } = await started({ migration: { outcome: 'never' } })
    await source.forceComplete(order)
    expect(powers(driver)).toEqual(['a shutdown', 'b running'])
  })

  it('can fail at its end, and leaves the guest where it was', async () => {
    const { driver, clock, source } = await started({ migration: { span: 10, outcome: 'fails' } })
    await clock.advance(millis(10))
    expect(await source.progress(order)).toMatchObject({ state: 'failed' })
    expect(powers(driver)).toEqual(['a running', 'b paused'])
  })

  it('fails when the destination was cleaned away meanwhile', async () => {
    const { driver, clock, source, destination } = await started({ migration: { span: 10 } })
    await destination.rollbackDestination(to)
    await clock.advance(millis(10))
    expect(await source.progress(order)).toMatchObject({ state: 'failed' })
    expect(powers(driver)).toEqual(['a running'])
  })

  it('ends with the power of its source', async () => {
    const { driver, world, clock } = await started({ migration: { span: 10 } })
    world.cutPower(hostName('a'))
    await clock.advance(millis(10))
    expect(powers(driver)).toEqual(['a shutdown', 'b paused'])
  })

  it('takes a paused guest over paused', async () => {
    const { driver, a, clock } = await started({ migration: { span: 10 } })
    await a.pause?.pause(order)
    await clock.advance(millis(10))
    expect(powers(driver)).toEqual(['a shutdown', 'b paused'])
  })

  it('refuses to start towards a host that was not prepared', async () => {
    const { a, source, destination } = await started({ migration: { outcome: 'never' } })
    await source.abort(order)
    await destination.rollbackDestination(to)
    await expect(a.liveMigration?.start(order, { host: 'b', node: 'b' })).rejects.toMatchObject({
      code: 'fake.destination_unknown',
      help: 'elsewhere',
    })
  })

  it('refuses a destination without room', async () => {
    const driver = fakeDriver({ memory: 0 as never })
    const b = await driver.open(testEnvironment({ host: 'b' }))
    await expect(b.liveMigration?.checkDestination(to)).rejects.toMatchObject({ code: 'fake.no_room' })
  })
})
