import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasCode, isNovakitError } from '@novakit/core'
import { domainState, libvirt, libvirtCodeOf, param, statsGroup, type LibvirtClient } from '../../src/rpc/index.ts'
import { describeLibvirtd, startLibvirtd, type Libvirtd } from './support/libvirtd.ts'
import { testDomainXml } from './support/test-domains.ts'

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )

const error = (thrown: unknown) => [isNovakitError(thrown) ? thrown.code : null, libvirtCodeOf(thrown)]

describeLibvirtd('test:///default through a real libvirtd', () => {
  let daemon: Libvirtd
  let client: LibvirtClient

  beforeAll(async () => {
    daemon = await startLibvirtd({ drivers: 'none' })
    client = await libvirt({ uri: daemon.testUri }).connect()
  }, 60_000)
  afterAll(async () => {
    await client?.close()
    await daemon?.remove()
  })

  test('tells what it is and where', async () => {
    expect(await client.connectGetType()).toBe('TEST')
    expect(await client.connectGetVersion()).toBe(2n)
    expect(client.libVersion).toBe(Number(await client.connectGetLibVersion()))
    expect(await client.connectGetUri()).toBe('test:///default')
    expect(await client.connectGetHostname()).not.toBe('')
    expect(await client.connectIsSecure()).toBe(true)
    expect(await client.connectGetCapabilities()).toContain('<capabilities>')
    expect(await client.nodeGetInfo()).toMatchObject({ model: 'i686', cpus: 16, mhz: 1400, nodes: 2 })
    expect(await client.connectGetMaxVcpus({ type: 'test' })).toBeGreaterThan(0)
    expect(await client.nodeGetFreeMemory()).toBeGreaterThan(0n)
    expect(await client.nodeGetCellsFreeMemory({ startCell: 0, maxCells: 2 })).toHaveLength(2)
    expect(await client.nodeGetCpuMap()).toMatchObject({ cpus: 8 })
    expect(await client.connectGetCpuModelNames({ arch: 'x86_64' })).toContain('qemu64')
    expect(await client.connectGetSysinfo()).toContain('<sysinfo')
    expect(await client.nodeGetSecurityModel()).toEqual({ model: 'testSecurity', doi: '' })
    expect((await client.nodeGetCpuStats({ cpu: -1 })).map((each) => each.field)).toContain('idle')
  })

  test('defines, starts, pauses, saves, restores, renames and removes a domain', async () => {
    const dom = await client.domainDefineXmlFlags({ xml: testDomainXml('life') })
    expect(await client.domainIsActive({ dom })).toBe(false)
    expect(await client.domainIsPersistent({ dom })).toBe(true)
    expect((await client.domainCreateWithFlags({ dom })).id).toBeGreaterThan(0)
    expect(await client.domainGetState({ dom })).toEqual({ state: 1, reason: 1 })
    await client.domainSuspend({ dom })
    expect(await client.domainGetState({ dom })).toEqual({ state: 3, reason: 1 })
    await client.domainResume({ dom })
    expect(await client.domainGetState({ dom })).toEqual({ state: 1, reason: 5 })
    await client.domainReboot({ dom })
    expect(await client.domainGetInfo({ dom })).toMatchObject({ state: 1, maxMemory: 1024n, vcpus: 1 })
    expect(await client.domainGetOsType({ dom })).toBe('linux')
    expect(await client.domainGetXmlDesc({ dom })).toContain('<name>life</name>')
    const file = `${daemon.folder}/life.save`
    await client.domainSave({ dom, to: file })
    expect((await client.domainGetState({ dom })).state).toBe(5)
    await client.domainRestore({ from: file })
    expect((await client.domainGetState({ dom })).state).toBe(1)
    await client.domainManagedSave({ dom })
    expect(await client.domainHasManagedSaveImage({ dom })).toBe(true)
    await client.domainManagedSaveRemove({ dom })
    await client.domainSetAutostart({ dom, autostart: true })
    expect(await client.domainGetAutostart({ dom })).toBe(true)
    await client.domainRename({ dom, name: 'renamed' })
    expect((await client.domainLookupByName({ name: 'renamed' })).uuid).toBe(dom.uuid)
    await client.domainCreate({ dom })
    await client.domainShutdownFlags({ dom })
    await client.domainCreate({ dom })
    await client.domainDestroyFlags({ dom })
    await client.domainUndefineFlags({ dom })
    expect(libvirtCodeOf(await failure(client.domainLookupByUuid({ uuid: dom.uuid })))).toBe('no_domain')
  })

  test('finds a domain whose name the caller does not know', async () => {
    const { uuid } = await client.domainLookupByName({ name: 'test' })
    expect(await client.domainLookupByUuid({ uuid })).toMatchObject({ name: 'test', uuid, id: expect.any(Number) })
    expect(await client.domainGetXmlDesc({ dom: { uuid } })).toContain('<name>test</name>')
  })

  test('changes CPUs, memory, tuning and metadata', async () => {
    const dom = await client.domainLookupByName({ name: 'test' })
    await client.domainSetVcpusFlags({ dom, vcpus: 2, flags: 2 })
    expect(await client.domainGetVcpusFlags({ dom, flags: 2 })).toBe(2)
    const { vcpus, cpuMaps } = await client.domainGetVcpus({ dom, maxInfo: 2, mapLength: 2 })
    expect(vcpus[0]).toMatchObject({ number: 0, state: 1 })
    expect(cpuMaps.length).toBe(2 * vcpus.length)
    await client.domainPinVcpuFlags({ dom, vcpu: 0, cpuMap: Buffer.from([1, 0]) })
    await client.domainSetMemoryFlags({ dom, memory: 1_000_000n })
    expect((await client.domainGetInfo({ dom })).memory).toBe(1_000_000n)
    await client.domainSetMemoryParameters({ dom, params: [param.ullong('hard_limit', 2_000_000)], flags: 2 })
    expect(await client.domainGetMemoryParameters({ dom, flags: 2, room: 3 })).toMatchObject({ hard_limit: 2_000_000n })
    const metadata = '<n xmlns="urn:n">42</n>'
    await client.domainSetMetadata({ dom, type: 2, metadata, key: 'n', uri: 'urn:n' })
    expect(await client.domainGetMetadata({ dom, type: 2, uri: 'urn:n' })).toContain('42')
    expect(libvirtCodeOf(await failure(client.domainGetMetadata({ dom, type: 2, uri: 'urn:other' })))).toBe(
      'no_domain_metadata',
    )
    expect(await client.domainGetHostname({ dom })).toBe('testhost')
    expect(await client.domainGetTime({ dom })).toMatchObject({ seconds: expect.any(BigInt) })
    expect(await client.domainGetDiskErrors({ dom, max: 10 })).toBeInstanceOf(Array)
    expect(await client.domainGetFsinfo({ dom })).toHaveLength(2)
    await client.domainSetUserPassword({ dom, user: 'root', password: 'secret' })
    await client.domainSendKey({ dom, codeset: 0, holdTime: 1, keycodes: [29, 56, 111] })
    expect((await client.domainInterfaceAddresses({ dom, source: 0 }))[0]?.addresses[0]).toMatchObject({ type: 0 })
  })

  test('answers each question about a domain in the layout that the table says', async () => {
    const dom = await client.domainLookupByName({ name: 'test' })
    const answers = {
      memoryStats: await client.domainMemoryStats({ dom, max: 20 }),
      interface: await client.domainInterfaceStats({ dom, device: 'testnet0' }),
      iothreads: await client.domainGetIothreadInfo({ dom }),
      emulatorPin: await client.domainGetEmulatorPinInfo({ dom, mapLength: 2 }),
      vcpuPin: await client.domainGetVcpuPinInfo({ dom, maps: 2, mapLength: 2 }),
      messages: await client.domainGetMessages({ dom }),
      control: await client.domainGetControlInfo({ dom }),
      checkpoints: await client.domainListAllCheckpoints({ dom }),
      numa: await client.domainGetNumaParameters({ dom }),
      blkio: await client.domainGetBlkioParameters({ dom }),
      interfaceTuning: await client.domainGetInterfaceParameters({ dom, device: 'testnet0' }),
      frozen: await client.domainFsfreeze({ dom, mountPoints: [] }),
      thawed: await client.domainFsthaw({ dom, mountPoints: [] }),
      perf: await client.domainGetPerfEvents({ dom }),
      cpu: await client.domainGetCpuStats({ dom, room: 2, startCpu: -1, cpus: 1 }),
      scheduler: await client.domainGetSchedulerType({ dom }),
      updated: await client.domainIsUpdated({ dom }),
    }
    expect(answers).toMatchObject({
      interface: { rxBytes: expect.any(BigInt), txDrops: expect.any(BigInt) },
      iothreads: [],
      emulatorPin: { maps: 1 },
      vcpuPin: { maps: 2 },
      control: { state: 0 },
      numa: { numa_mode: 0 },
      blkio: { weight: 0 },
      interfaceTuning: { 'inbound.average': 0 },
      frozen: 2,
      thawed: 2,
      perf: { cmt: false },
      cpu: { params: { cpu_time: expect.any(BigInt) } },
      scheduler: { type: 'fair', room: 1 },
      updated: false,
    })
    expect(answers.memoryStats.find(({ tag }) => tag === 6)?.value).toBeGreaterThan(0n)
  })

  test('takes snapshots in a tree, and goes back', async () => {
    const dom = await client.domainLookupByName({ name: 'test' })
    const snapshotXml = (name: string) => `<domainsnapshot><name>${name}</name></domainsnapshot>`
    const first = await client.domainSnapshotCreateXml({ dom, xml: snapshotXml('first') })
    const second = await client.domainSnapshotCreateXml({ dom, xml: snapshotXml('second') })
    expect((await client.domainSnapshotGetParent({ snap: second })).name).toBe('first')
    expect((await client.domainListAllSnapshots({ dom })).map((each) => each.name).toSorted()).toEqual([
      'first',
      'second',
    ])
    expect(await client.domainHasCurrentSnapshot({ dom })).toBe(true)
    expect((await client.domainSnapshotCurrent({ dom })).name).toBe('second')
    await client.domainRevertToSnapshot({ snap: first })
    expect(await client.domainSnapshotIsCurrent({ snap: first })).toBe(true)
    expect(await client.domainSnapshotGetXmlDesc({ snap: first })).toContain('<name>first</name>')
    await client.domainSnapshotDelete({ snap: first, flags: 1 })
    expect(await client.domainListAllSnapshots({ dom })).toEqual([])
  })

  test('has networks with their events', async () => {
    const heard: number[] = []
    const stop = await client.on('networkLifecycle', ({ net, event }) => void (net.name === 'n1' && heard.push(event)))
    const net = await client.networkDefineXml({ xml: '<network><name>n1</name><bridge name="virbr9"/></network>' })
    await client.networkCreate({ net })
    expect(await client.networkIsActive({ net })).toBe(true)
    expect(await client.networkGetBridgeName({ net })).toBe('virbr9')
    expect(await client.networkGetXmlDesc({ net })).toContain('virbr9')
    expect((await client.connectListAllNetworks()).map((each) => each.name)).toContain('n1')
    await client.networkDestroy({ net })
    await client.networkUndefine({ net })
    await expect.poll(() => heard).toEqual([0, 2, 3, 1])
    await stop()
  })

  test('has storage pools and volumes with their events', async () => {
    const heard: number[] = []
    const stop = await client.on('storagePoolLifecycle', ({ event }) => void heard.push(event))
    const xml = '<pool type="dir"><name>p1</name><target><path>/p1</path></target></pool>'
    const pool = await client.storagePoolDefineXml({ xml })
    await client.storagePoolCreate({ pool })
    const volume = '<volume><name>v1</name><capacity unit="MiB">16</capacity></volume>'
    const vol = await client.storageVolCreateXml({ pool, xml: volume })
    expect(vol).toMatchObject({ pool: 'p1', name: 'v1' })
    expect(await client.storageVolGetInfo({ vol })).toMatchObject({ type: 0, capacity: 16n * 2n ** 20n })
    expect((await client.storagePoolListAllVolumes({ pool })).map((each) => each.name)).toEqual(['v1'])
    expect((await client.storageVolLookupByPath({ path: await client.storageVolGetPath({ vol }) })).key).toBe(vol.key)
    expect((await client.storagePoolLookupByVolume({ vol })).uuid).toBe(pool.uuid)
    expect(await client.storagePoolGetInfo({ pool })).toMatchObject({ state: 2 })
    await client.storageVolDelete({ vol })
    await client.storagePoolDestroy({ pool })
    await client.storagePoolUndefine({ pool })
    await expect.poll(() => heard).toEqual([0, 2, 3, 1])
    await stop()
  })

  test('lists node devices and says what they are', async () => {
    const devices = await client.connectListAllNodeDevices()
    expect(devices.map((each) => each.name)).toContain('computer')
    expect(await client.nodeDeviceGetXmlDesc({ name: 'computer' })).toContain('<device>')
    expect(await client.nodeDeviceGetParent({ name: 'computer' })).toBeNull()
    expect(await client.nodeDeviceListCaps({ name: 'computer', max: 10 })).toContain('system')
  })

  test('sends events of one domain alone when asked for one', async () => {
    const [a, b] = await Promise.all(
      ['ev-a', 'ev-b'].map((name) => client.domainDefineXml({ xml: testDomainXml(name) })),
    )
    if (a === undefined || b === undefined) return expect.fail('two domains were defined')
    const all: string[] = []
    const some: number[] = []
    const stops = [
      await client.on('domainLifecycle', ({ dom }) => void all.push(dom.name)),
      await client.on('domainLifecycle', ({ event }) => void some.push(event), { domain: a }),
    ]
    for (const dom of [a, b]) {
      await client.domainCreate({ dom })
      await client.domainDestroy({ dom })
    }
    await expect.poll(() => all).toEqual(['ev-a', 'ev-a', 'ev-b', 'ev-b'])
    expect(some).toEqual([2, 5])
    for (const stop of stops) await stop()
    await client.domainCreate({ dom: a })
    await client.domainDestroy({ dom: a })
    expect(all).toHaveLength(4)
    for (const dom of [a, b]) await client.domainUndefine({ dom })
  })

  test('sends a screenshot as a stream', async () => {
    const dom = await client.domainLookupByName({ name: 'test' })
    const { result, stream } = await client.domainScreenshot({ dom, screen: 0 })
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    expect(result).toBe('image/png')
    expect(Buffer.concat(chunks).subarray(1, 4).toString()).toBe('PNG')
    expect((await client.domainGetState({ dom })).state).toBe(1)
  })

  test('says what it cannot do, in a kind of its own', async () => {
    const dom = await client.domainLookupByName({ name: 'test' })
    const calls = [
      client.domainBlockJobAbort({ dom, path: 'vda' }),
      client.qemuDomainMonitorCommand({ dom, command: '' }),
    ]
    for (const thrown of await Promise.all(calls.map(failure)))
      expect(hasCode(thrown, 'libvirt.unsupported')).toBe(true)
    expect(error(await failure(client.domainDefineXml({ xml: '<domain' })))).toEqual([
      'libvirt.invalid_request',
      'xml_detail',
    ])
    const twin = { ...dom, uuid: '6695eb01-f6a4-8304-79aa-97f2502e1930' }
    expect(error(await failure(client.domainGetState({ dom: twin })))).toEqual(['libvirt.not_found', 'no_domain'])
  })

  test('lists a thousand domains with their states in less than a second', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `many-${index}`)
    await Promise.all(names.map((name) => client.domainCreateXml({ xml: testDomainXml(name) })))
    const began = performance.now()
    const all = await client.connectGetAllDomainStats({ domains: [], stats: statsGroup.state })
    expect(performance.now() - began).toBeLessThan(1000)
    const running = all.filter(({ params }) => params['state.state'] === domainState.running)
    expect(running.map(({ dom }) => dom.name)).toEqual(expect.arrayContaining(names))
    const domains = await client.connectListAllDomains()
    const states = await Promise.all(domains.map((dom) => client.domainGetState({ dom })))
    expect(states.filter(({ state }) => state === domainState.running)).toHaveLength(running.length)
    await Promise.all(
      domains.filter(({ name }) => name.startsWith('many-')).map((dom) => client.domainDestroy({ dom })),
    )
  }, 60_000)

  test('over a read-only connection lets itself be looked at alone', async () => {
    await using reader = await libvirt({ uri: daemon.testUri, readonly: true }).connect()
    const dom = await reader.domainLookupByName({ name: 'test' })
    expect(libvirtCodeOf(await failure(reader.domainDestroy({ dom })))).toBe('operation_denied')
  })
})
