import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasCode, millis } from '@novakit/core'
import {
  domainState,
  jobType,
  libvirt,
  libvirtCodeOf,
  lifecycleDetail,
  lifecycleEvent,
  migrateFlag,
  migrateParam,
  param,
  stateReason,
  type LibvirtClient,
} from '../../src/rpc/index.ts'
import { describeLibvirtd, freePort, startLibvirtd, type Libvirtd } from './support/libvirtd.ts'
import { firmwareGuestXml } from './support/test-domains.ts'

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )

describeLibvirtd('a live migration from one libvirtd to another', () => {
  let daemons: readonly Libvirtd[]
  let source: LibvirtClient
  let destination: LibvirtClient

  beforeAll(async () => {
    daemons = await Promise.all([1, 2].map(() => startLibvirtd({ drivers: 'all' })))
    const clients = await Promise.all(daemons.map((daemon) => libvirt({ uri: daemon.qemuUri }).connect()))
    source = clients[0] ?? expect.fail('there are two')
    destination = clients[1] ?? expect.fail('there are two')
  }, 180_000)
  afterAll(async () => {
    await source?.close()
    await destination?.close()
    for (const daemon of daemons ?? []) await daemon.remove()
  })

  const flags = migrateFlag.live | migrateFlag.peerToPeer | migrateFlag.unsafe
  const there = () => daemons[1]?.qemuUri ?? expect.fail('there are two')
  const cookie = new Uint8Array()

  async function guest(name: string): Promise<{ uuid: string }> {
    return source.domainCreateXml({ xml: firmwareGuestXml(name), flags: 0 })
  }

  test('takes a running guest along in one call, and both sides tell of it', async () => {
    const dom = await guest('mover')
    const heard: string[] = []
    await source.on('domainLifecycle', ({ event, detail }) => void heard.push(`left ${event}/${detail}`))
    await destination.on('domainLifecycle', ({ event, detail }) => void heard.push(`came ${event}/${detail}`))
    const iterations: number[] = []
    await source.on('domainMigrationIteration', ({ iteration }) => void iterations.push(iteration))
    await source.domainMigrateSetMaxDowntime({ dom, downtime: 500 }).catch((error: unknown) => {
      expect(libvirtCodeOf(error)).toBe('operation_invalid')
    })
    const params = [
      param.string(migrateParam.uri, `tcp://127.0.0.1:${await freePort()}`),
      param.ullong(migrateParam.bandwidth, 500),
    ]
    const done = await source.domainMigratePerform3Params(
      { dom, destination: there(), params, cookie, flags },
      { connection: 'own', timeout: null },
    )
    expect(Buffer.isBuffer(done)).toBe(true)
    expect(await destination.domainGetState({ dom })).toEqual({
      state: domainState.running,
      reason: stateReason.running.migrated,
    })
    expect(libvirtCodeOf(await failure(source.domainGetState({ dom })))).toBe('no_domain')
    await expect
      .poll(() => heard)
      .toEqual(
        expect.arrayContaining([
          `came ${lifecycleEvent.resumed}/${lifecycleDetail.resumed.migrated}`,
          `left ${lifecycleEvent.stopped}/${lifecycleDetail.stopped.migrated}`,
        ]),
      )
    expect(iterations.length).toBeGreaterThan(0)
    await destination.domainDestroy({ dom })
  }, 120_000)

  test('that cannot get there leaves the guest where it was', async () => {
    const dom = await guest('stayer')
    const params = [param.string(migrateParam.uri, `tcp://127.0.0.1:${await freePort()}`)]
    const nowhere = 'qemu+unix:///system?socket=/nowhere'
    const error = await failure(
      source.domainMigratePerform3Params({ dom, destination: nowhere, params, cookie, flags }, { connection: 'own' }),
    )
    expect(hasCode(error, 'libvirt.failed') || hasCode(error, 'libvirt.not_found')).toBe(true)
    expect((await source.domainGetState({ dom })).state).toBe(domainState.running)
    await source.domainDestroy({ dom })
  }, 120_000)

  test('is watched while it goes on, and aborted', async () => {
    const dom = await guest('slow')
    const params = [
      param.string(migrateParam.uri, `tcp://127.0.0.1:${await freePort()}`),
      // One MiB a second, so that there is time to look.
      param.ullong(migrateParam.bandwidth, 1),
    ]
    const moving = failure(
      source.domainMigratePerform3Params(
        { dom, destination: there(), params, cookie, flags },
        { connection: 'own', timeout: null },
      ),
    )
    await expect
      .poll(async () => (await source.domainGetJobStats({ dom })).type, { timeout: 30_000 })
      .toBe(jobType.unbounded)
    await expect
      .poll(async () => (await source.domainGetJobInfo({ dom })).memTotal, { timeout: 30_000 })
      .toBeGreaterThan(0n)
    await source.domainAbortJob({ dom }, { timeout: millis(60_000) })
    expect(libvirtCodeOf(await moving)).toBe('operation_aborted')
    expect((await source.domainGetState({ dom })).state).toBe(domainState.running)
    expect(libvirtCodeOf(await failure(destination.domainGetState({ dom })))).toBe('no_domain')
    await source.domainDestroy({ dom })
  }, 120_000)
})
