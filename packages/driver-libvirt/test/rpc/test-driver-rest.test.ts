import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  affect,
  libvirt,
  libvirtCodeOf,
  param,
  paramFlag,
  type Domain,
  type LibvirtClient,
} from '../../src/rpc/index.ts'
import { describeLibvirtd, startLibvirtd, type Libvirtd } from './support/libvirtd.ts'
import { testDomainXml } from './support/test-domains.ts'

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )

describeLibvirtd('what is left of what the test driver can do', () => {
  let daemon: Libvirtd
  let client: LibvirtClient
  let dom: Domain

  beforeAll(async () => {
    daemon = await startLibvirtd({ drivers: 'none' })
    client = await libvirt({ uri: daemon.testUri }).connect()
    dom = await client.domainLookupByName({ name: 'test' })
  }, 60_000)
  afterAll(async () => {
    await client?.close()
    await daemon?.remove()
  })

  test('domains: sizes, signals, dumps and the older forms of calls', async () => {
    expect(await client.domainGetMaxMemory({ dom })).toBe(8_388_608n)
    expect(await client.domainGetMaxVcpus({ dom })).toBe(2)
    await client.domainSetMemory({ dom, memory: 500_000 })
    await client.domainSetMemoryStatsPeriod({ dom, period: 2 })
    await client.domainSetVcpus({ dom, vcpus: 1 })
    await client.domainPinVcpu({ dom, vcpu: 0, cpuMap: Buffer.from([3, 0]) })
    await client.domainPinEmulator({ dom, cpuMap: Buffer.from([1, 0]) })
    expect((await client.domainGetEmulatorPinInfo({ dom, mapLength: 2 })).cpuMap[0]).toBe(1)
    await client.domainSendProcessSignal({ dom, pid: 1, signal: 1 })
    await client.domainInjectNmi({ dom })
    await client.domainFstrim({ dom, minimum: 0 })
    await client.domainSetTime({ dom, seconds: 1_000_000, nanoseconds: 0 })
    expect((await client.domainGetTime({ dom })).seconds).toBe(1_000_000n)
    await client.domainSetLifecycleAction({ dom, type: 0, action: 1, flags: affect.config })
    expect((await client.domainMemoryPeek({ dom, offset: 0, size: 16, flags: 1 })).length).toBe(16)
    await client.domainCoreDump({ dom, to: `${daemon.folder}/core` })
    await client.domainCoreDumpWithFormat({ dom, to: `${daemon.folder}/core2`, format: 0 })
    await client.domainReset({ dom })
    expect((await client.domainGetState({ dom })).state).toBe(1)
  })

  test('domains: tuning is written and read back', async () => {
    const flags = affect.config
    await client.domainSetBlkioParameters({ dom, params: [param.uint('weight', 500)], flags })
    expect(await client.domainGetBlkioParameters({ dom, flags })).toMatchObject({ weight: 500 })
    await client.domainSetNumaParameters({
      dom,
      params: [param.string('numa_nodeset', '0'), param.int('numa_mode', 0)],
      flags,
    })
    expect(await client.domainGetNumaParameters({ dom, flags: flags | paramFlag.strings })).toMatchObject({
      numa_nodeset: '0',
    })
    const device = 'testnet0'
    await client.domainSetInterfaceParameters({
      dom,
      device,
      params: [param.uint('inbound.average', 7)],
      flags: affect.live,
    })
    expect(await client.domainGetInterfaceParameters({ dom, device, flags: affect.live })).toMatchObject({
      'inbound.average': 7,
    })
    await client.domainSetPerfEvents({ dom, params: [param.boolean('cmt', true)], flags })
    expect(await client.domainGetPerfEvents({ dom, flags })).toMatchObject({ cmt: true })
    await client.domainAddIothread({ dom, id: 4, flags: affect.live })
    await client.domainPinIothread({ dom, id: 4, cpuMap: Buffer.from([2, 0]), flags: affect.live })
    await client.domainSetIothreadParams({ dom, id: 4, params: [param.ullong('poll_max_ns', 0)], flags: affect.live })
    expect(await client.domainGetIothreadInfo({ dom, flags: affect.live })).toMatchObject([{ id: 4 }])
    await client.domainDelIothread({ dom, id: 4, flags: affect.live })
    // What it refuses of these comes as an error of a known kind.
    expect(libvirtCodeOf(await failure(client.domainGetLaunchSecurityInfo({ dom })))).toBe('invalid_arg')
    expect(libvirtCodeOf(await failure(client.domainGetSchedulerParametersFlags({ dom })))).toBe('invalid_arg')
    expect(libvirtCodeOf(await failure(client.domainSetSchedulerParametersFlags({ dom, params: [] })))).not.toBeNull()
  })

  test('disks: their sizes, figures, limits and checkpoints', async () => {
    const xml = `<domain type='test'><name>disky</name><memory>1024</memory><os><type>hvm</type></os><devices>
      <disk type='file' device='disk'><source file='/d'/><target dev='vda' bus='virtio'/></disk></devices></domain>`
    const disky = await client.domainCreateXml({ xml })
    expect(await client.domainGetBlockInfo({ dom: disky, path: 'vda' })).toMatchObject({ capacity: expect.any(BigInt) })
    expect(await client.domainBlockStats({ dom: disky, path: 'vda' })).toMatchObject({ readBytes: expect.any(BigInt) })
    const limit = [param.ullong('total_bytes_sec', 1_000_000), param.ullong('total_bytes_sec_max', 2_000_000)]
    await client.domainSetBlockIoTune({ dom: disky, disk: 'vda', params: limit })
    expect(await client.domainGetBlockIoTune({ dom: disky, disk: 'vda' })).toMatchObject({
      total_bytes_sec: 1_000_000n,
    })
    const checkpoint = await client.domainCheckpointCreateXml({
      dom: disky,
      xml: '<domaincheckpoint><name>c</name></domaincheckpoint>',
    })
    expect(await client.domainCheckpointGetXmlDesc({ checkpoint })).toContain('<name>c</name>')
    expect(await client.domainListAllCheckpoints({ dom: disky })).toHaveLength(1)
    const found = await client.domainCheckpointLookupByName({ dom: disky, name: 'c' })
    await client.domainCheckpointDelete({ checkpoint: found })
    await client.domainDestroy({ dom: disky })
  })

  test('domains: saved and restored with flags, shut down, and remembered in snapshots', async () => {
    const life = await client.domainDefineXml({ xml: testDomainXml('rest') })
    await client.domainSetMaxMemory({ dom: life, memory: 4096 })
    expect(await client.domainGetMaxMemory({ dom: life })).toBe(4096n)
    await client.domainCreate({ dom: life })
    const to = `${daemon.folder}/rest.save`
    await client.domainSaveFlags({ dom: life, to })
    await client.domainRestoreFlags({ from: to })
    expect((await client.domainGetState({ dom: life })).state).toBe(1)
    const xml = '<domainsnapshot><name>one</name></domainsnapshot>'
    const snap = await client.domainSnapshotCreateXml({ dom: life, xml })
    expect((await client.domainSnapshotLookupByName({ dom: life, name: 'one' })).name).toBe('one')
    expect(await client.domainSnapshotHasMetadata({ snap })).toBe(true)
    expect(await client.domainSnapshotListAllChildren({ snap })).toEqual([])
    await client.domainSnapshotDelete({ snap })
    await client.domainShutdown({ dom: life })
    await client.domainUndefine({ dom: life })
  })

  test('networks: found, started with the host, and changed while they run', async () => {
    const xml = (name: string) =>
      `<network><name>${name}</name><bridge name="vb-${name}"/><ip address="10.1.0.1" prefix="24"><dhcp>
        <range start="10.1.0.100" end="10.1.0.200"/></dhcp></ip></network>`
    const net = await client.networkDefineXmlFlags({ xml: xml('n2') })
    expect(await client.networkLookupByName({ name: 'n2' })).toEqual(net)
    expect(await client.networkLookupByUuid({ uuid: net.uuid })).toEqual(net)
    expect(await client.networkIsPersistent({ net })).toBe(true)
    await client.networkSetAutostart({ net, autostart: true })
    expect(await client.networkGetAutostart({ net })).toBe(true)
    const host = '<host mac="52:54:00:00:00:01" name="h" ip="10.1.0.5"/>'
    // Command 3 adds at the end, section 4 are the reservations of DHCP.
    await client.networkUpdate({ net, command: 3, section: 4, parentIndex: -1, xml: host, flags: affect.config })
    expect(await client.networkGetXmlDesc({ net })).toContain('10.1.0.5')
    await client.networkUndefine({ net })
    for (const made of [
      await client.networkCreateXml({ xml: xml('n3') }),
      await client.networkCreateXmlFlags({ xml: xml('n4') }),
    ])
      await client.networkDestroy({ net: made })
  })

  test('storage: pools and volumes in every way in which they are found', async () => {
    expect((await client.connectListAllStoragePools()).map(({ name }) => name)).toContain('default-pool')
    const pool = await client.storagePoolLookupByName({ name: 'default-pool' })
    expect(await client.storagePoolLookupByUuid({ uuid: pool.uuid })).toEqual(pool)
    expect(await client.storagePoolIsActive({ pool })).toBe(true)
    expect(await client.storagePoolIsPersistent({ pool })).toBe(true)
    await client.storagePoolSetAutostart({ pool, autostart: true })
    expect(await client.storagePoolGetAutostart({ pool })).toBe(true)
    const refreshed = Promise.withResolvers<string>()
    const stop = await client.on('storagePoolRefresh', (event) => refreshed.resolve(event.pool.name))
    await client.storagePoolRefresh({ pool })
    expect(await refreshed.promise).toBe('default-pool')
    await stop()
    const xml = (name: string) => `<volume><name>${name}</name><capacity>1024</capacity></volume>`
    const vol = await client.storageVolCreateXml({ pool, xml: xml('a') })
    const copy = await client.storageVolCreateXmlFrom({ pool, xml: xml('b'), from: vol })
    expect((await client.storageVolLookupByName({ pool, name: 'b' })).key).toBe(copy.key)
    expect((await client.storageVolLookupByKey({ key: vol.key })).name).toBe('a')
    for (const each of [vol, copy]) await client.storageVolDelete({ vol: each })
    const fresh = await client.storagePoolDefineXml({
      xml: '<pool type="dir"><name>fresh</name><target><path>/fresh</path></target></pool>',
    })
    await client.storagePoolBuild({ pool: fresh })
    await client.storagePoolDelete({ pool: fresh })
    await client.storagePoolUndefine({ pool: fresh })
    expect(await client.connectFindStoragePoolSources({ type: 'logical' })).toContain('<sources>')
  })

  test('node devices: found, and described', async () => {
    expect((await client.nodeDeviceLookupByName({ name: 'computer' })).name).toBe('computer')
    expect(await client.nodeDeviceNumOfCaps({ name: 'computer' })).toBe(1)
    expect(libvirtCodeOf(await failure(client.nodeDeviceLookupByName({ name: 'gone' })))).toBe('no_node_device')
    const heard: string[] = []
    const stop = await client.on('nodeDeviceLifecycle', ({ dev, event }) => void heard.push(`${dev.name} ${event}`))
    const xml = `<device><name>scsi_host12</name><parent>scsi_host1</parent><capability type='scsi_host'>
      <capability type='fc_host'><wwnn>2000000012341234</wwnn><wwpn>1000000012341234</wwpn></capability></capability></device>`
    const made = await client.nodeDeviceCreateXml({ xml })
    await client.nodeDeviceDestroy({ name: made.name })
    await expect.poll(() => heard).toEqual([`${made.name} 0`, `${made.name} 1`])
    await stop()
  })
})
