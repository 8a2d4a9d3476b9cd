import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { designGuest, domainCapabilitiesXml, domainXml, epochIn, type DesignInput } from '../../src/index.ts'
import { defineFlag, domainState, libvirt, xmlFlag, type LibvirtClient } from '../../src/rpc/index.ts'
import { describeLibvirtd, startLibvirtd, type Libvirtd } from '../rpc/support/libvirtd.ts'
import { bridgeNic, configDrive, input, rootDisk, type Said } from './support/orders.ts'

const run = promisify(execFile)

describeLibvirtd('designed guests on a real QEMU', () => {
  let daemon: Libvirtd
  let client: LibvirtClient
  let folder: string

  beforeAll(async () => {
    daemon = await startLibvirtd({ drivers: 'all' })
    client = await libvirt({ uri: daemon.qemuUri }).connect()
    folder = `${daemon.folder}/guest`
    await mkdir(folder)
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', `${folder}/disk`, '64M'])
    await writeFile(`${folder}/disk.config`, Buffer.alloc(64 * 1024))
  }, 120_000)
  afterAll(async () => {
    await client?.close()
    await daemon?.remove()
  })

  async function designed(said: Said, machine: string): Promise<DesignInput> {
    const asked = { virtType: 'qemu', arch: 'x86_64', machine }
    const capabilities = domainCapabilitiesXml.parse(await client.connectGetDomainCapabilities(asked))
    const file = (name: string) => ({ type: 'file' as const, path: `${folder}/${name}` })
    const plain = input({
      memory: 64,
      disks: [
        { ...rootDisk, source: file('disk') },
        { ...configDrive, source: file('disk.config') },
      ],
      nics: [{ ...bridgeNic, vifType: 'user' }],
      ...said,
      host: { capabilities, machineType: machine, diskCache: 'writeback', ...said.host },
    })
    return { ...plain, files: { ...plain.files, consoleLog: `${folder}/console.log`, agentSocket: `${folder}/agent` } }
  }

  test.each<[string, string, Said]>([
    ['a plain one', 'pc', {}],
    ['one on q35 with slots to spare', 'q35', { host: { pciePorts: 4 } }],
    [
      'one on SCSI with an agent',
      'pc',
      { properties: { hw_disk_bus: 'scsi', hw_cdrom_bus: 'scsi', hw_qemu_guest_agent: 'true' } },
    ],
    [
      'one with quotas and a watchdog',
      'pc',
      { specs: { 'quota:disk_total_iops_sec': '100', 'hw:watchdog_action': 'pause', 'hw:cpu_cores': '2' } },
    ],
    [
      'one with two serial ports and a boot menu',
      'q35',
      { specs: { 'hw:serial_port_count': '2', 'hw:boot_menu': 'yes' } },
    ],
  ])(
    '%s starts, is found again by its id, and runs',
    async (_, machine, said) => {
      const order = await designed(said, machine)
      const dom = { uuid: order.order.server }
      await client.domainDefineXmlFlags({ xml: domainXml.build(designGuest(order)), flags: defineFlag.validate })
      await client.domainCreateWithFlags({ dom })
      expect((await client.domainGetState({ dom })).state).toBe(domainState.running)
      const live = domainXml.parse(await client.domainGetXmlDesc({ dom, flags: xmlFlag.secure }))
      expect(epochIn(live.metadata)).toBe(7)
      expect(live.devices?.disks).toHaveLength(2)
      await client.domainDestroy({ dom })
      await client.domainUndefine({ dom })
      expect(typeof (await readFile(`${folder}/console.log`, 'latin1'))).toBe('string')
    },
    60_000,
  )
})
