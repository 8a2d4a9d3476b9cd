import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasCode } from '@novakit/core'
import { libvirt, libvirtCodeOf, type LibvirtClient } from '../../src/rpc/index.ts'
import { describeLibvirtd, freePort, startLibvirtd, type Libvirtd } from './support/libvirtd.ts'
import { firmwareGuestXml } from './support/test-domains.ts'

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )

describeLibvirtd('qemu:///system of a real libvirtd', () => {
  let daemon: Libvirtd
  let client: LibvirtClient
  let tcpPort: number

  beforeAll(async () => {
    tcpPort = await freePort()
    daemon = await startLibvirtd({ drivers: 'all', tcpPort })
    client = await libvirt({ uri: daemon.qemuUri }).connect()
  }, 120_000)
  afterAll(async () => {
    await client?.close()
    await daemon?.remove()
  })

  test('tells what its QEMU can do', async () => {
    expect(await client.connectGetType()).toBe('QEMU')
    expect(await client.connectGetVersion()).toBeGreaterThan(5_000_000n)
    const capabilities = await client.connectGetDomainCapabilities({ virtType: 'qemu', arch: 'x86_64', machine: 'q35' })
    expect(capabilities).toContain('<machine>pc-q35')
    expect(await client.connectGetCapabilities()).toContain('<host>')
    const cpus = [
      '<cpu><arch>x86_64</arch><model>qemu64</model></cpu>',
      '<cpu><arch>x86_64</arch><model>Penryn</model></cpu>',
    ]
    expect(await client.connectBaselineCpu({ cpus })).toContain('<model')
    expect(await client.connectCompareCpu({ xml: '<cpu><arch>x86_64</arch><model>qemu64</model></cpu>' })).toBeTypeOf(
      'number',
    )
    expect(await client.connectBaselineHypervisorCpu({ virtType: 'qemu', arch: 'x86_64', cpus })).toContain('<model')
  })

  test('is the same over TCP', async () => {
    await using over = await libvirt({ uri: `qemu+tcp://127.0.0.1:${tcpPort}/system` }).connect()
    expect(await over.connectGetUri()).toBe('qemu:///system')
  })

  test('takes and gives the bytes of a volume, whole and in part', async () => {
    const folder = `${daemon.folder}/pool`
    await mkdir(folder)
    const xml = `<pool type="dir"><name>streams</name><target><path>${folder}</path></target></pool>`
    const pool = await client.storagePoolCreateXml({ xml })
    const size = 9_000_001
    const vol = await client.storageVolCreateXml({
      pool,
      xml: `<volume><name>v</name><capacity unit="bytes">${size}</capacity></volume>`,
    })
    const data = Buffer.alloc(size, createHash('sha512').update('pattern').digest())
    const up = await client.storageVolUpload({ vol, offset: 0, length: size })
    await pipeline(Readable.from([data.subarray(0, 5), data.subarray(5, 700_000), data.subarray(700_000)]), up.stream)
    const down = await client.storageVolDownload({ vol, offset: 0, length: 0 })
    expect(digest(await collected(down.stream))).toBe(digest(data))
    const part = await client.storageVolDownload({ vol, offset: 1_000_000, length: 4321 })
    expect((await collected(part.stream)).equals(data.subarray(1_000_000, 1_004_321))).toBe(true)
    await client.storageVolDelete({ vol })
    await client.storagePoolDestroy({ pool })
  }, 60_000)

  test('breaks a download off where its reader stops, and holds it up where its reader is slow', async () => {
    const folder = `${daemon.folder}/slow`
    await mkdir(folder)
    const pool = await client.storagePoolCreateXml({
      xml: `<pool type="dir"><name>slow</name><target><path>${folder}</path></target></pool>`,
    })
    const vol = await client.storageVolCreateXml({
      pool,
      xml: '<volume><name>v</name><capacity unit="MiB">256</capacity></volume>',
    })
    const before = process.memoryUsage().rss
    const { stream } = await client.storageVolDownload({ vol, offset: 0, length: 0 })
    await once(stream, 'readable')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(process.memoryUsage().rss - before).toBeLessThan(60e6)
    // Other calls go on meanwhile.
    expect(await client.connectGetType()).toBe('QEMU')
    stream.destroy()
    await once(stream, 'close')
    const wrong = await failure(client.storageVolDownload({ vol: { ...vol, name: 'gone' }, offset: 0, length: 0 }))
    expect(libvirtCodeOf(wrong)).toBe('no_storage_vol')
    const giveUp = new AbortController()
    giveUp.abort()
    const cancelled = client.storageVolDownload({ vol, offset: 0, length: 0 }, { signal: giveUp.signal })
    expect(hasCode(await failure(cancelled), 'libvirt.cancelled')).toBe(true)
    await client.storagePoolDestroy({ pool })
  }, 60_000)

  test('shows the console and the screen of a guest, and tells of its life', async () => {
    const heard: string[] = []
    const stop = await client.on('domainLifecycle', ({ event, detail }) => void heard.push(`${event}/${detail}`))
    const defined = await client.domainDefineXmlFlags({ xml: firmwareGuestXml('firmware'), flags: 1 })
    const dom = { uuid: defined.uuid }
    await client.domainCreateWithFlags({ dom, flags: 1 })
    expect(await client.domainGetState({ dom })).toEqual({ state: 3, reason: 1 })
    const { stream } = await client.domainOpenConsole({ dom })
    let shown = ''
    stream.on('data', (chunk: Buffer) => void (shown += chunk.toString('latin1')))
    await client.domainResume({ dom })
    await expect.poll(() => shown, { timeout: 60_000 }).toContain('SeaBIOS')
    stream.write('a key')
    const screen = await client.domainScreenshot({ dom, screen: 0 })
    expect((await collected(screen.stream)).length).toBeGreaterThan(100)
    expect(await client.domainGetInfo({ dom })).toMatchObject({ state: 1, vcpus: 1 })
    expect(
      (await client.connectGetAllDomainStats({ domains: [{ uuid: dom.uuid }], stats: 0 }))[0]?.params,
    ).toMatchObject({
      'state.state': 1,
      'vcpu.current': 1,
    })
    expect(await client.qemuDomainMonitorCommand({ dom, command: '{"execute":"query-status"}' })).toContain('running')
    const agent = await failure(client.qemuDomainAgentCommand({ dom, command: '{"execute":"guest-ping"}', timeout: 1 }))
    expect(libvirtCodeOf(agent)).toBe('argument_unsupported')
    expect(await client.domainGetJobInfo({ dom })).toMatchObject({ type: 0 })
    const closed = once(stream, 'close')
    await client.domainDestroy({ dom })
    await closed
    await client.domainUndefineFlags({ dom })
    // QEMU may say on its way out that it was shut down.
    await expect.poll(() => heard.filter((each) => each !== '6/2')).toEqual(['0/0', '2/0', '3/0', '4/0', '5/1', '1/0'])
    await stop()
  }, 120_000)

  test('keeps a secret and a filter', async () => {
    const secret = await client.secretDefineXml({
      xml: '<secret ephemeral="no" private="no"><usage type="volume"><volume>/v</volume></usage></secret>',
    })
    await client.secretSetValue({ secret, value: Buffer.from('s3cret') })
    expect((await client.secretGetValue({ secret })).toString()).toBe('s3cret')
    expect((await client.secretLookupByUsage({ usageType: 1, usageId: '/v' })).uuid).toBe(secret.uuid)
    await client.secretUndefine({ secret })
    expect(libvirtCodeOf(await failure(client.secretGetValue({ secret })))).toBe('no_secret')
    expect(Array.isArray(await client.connectListAllNwfilters())).toBe(true)
    expect(Array.isArray(await client.connectListAllNodeDevices())).toBe(true)
  })
})

async function collected(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
