import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineFlag, libvirt, xmlFlag, type LibvirtClient } from '../../src/rpc/index.ts'
import {
  capabilitiesXml,
  domainCapabilitiesXml,
  domainXml,
  networkXml,
  nwfilterXml,
  secretXml,
  storagePoolXml,
  storageVolumeXml,
  type DomainDescription,
} from '../../src/xml/index.ts'
import { describeLibvirtd, startLibvirtd, type Libvirtd } from '../rpc/support/libvirtd.ts'
import { cases } from './support/cases.ts'

describeLibvirtd('documents of a real libvirtd', () => {
  let daemon: Libvirtd
  let client: LibvirtClient

  beforeAll(async () => {
    daemon = await startLibvirtd({ drivers: 'all' })
    client = await libvirt({ uri: daemon.qemuUri }).connect()
  }, 120_000)
  afterAll(async () => {
    await client?.close()
    await daemon?.remove()
  })

  test('say what the host is and what its emulator can do', async () => {
    const host = capabilitiesXml.parse(await client.connectGetCapabilities())
    expect(host.host.cpu.arch).toBe('x86_64')
    expect(host.host.topology?.[0]?.cpus?.length).toBeGreaterThan(0)
    const x86 = host.guests?.find(({ arch }) => arch.name === 'x86_64')
    expect(x86?.arch.domains?.map(({ type }) => type)).toContain('qemu')
    expect(x86?.arch.machines?.some(({ name, canonical }) => name === 'q35' && canonical?.startsWith('pc-q35'))).toBe(
      true,
    )
    const asked = { virtType: 'qemu', arch: 'x86_64', machine: 'q35' }
    const can = domainCapabilitiesXml.parse(await client.connectGetDomainCapabilities(asked))
    expect(can).toMatchObject({ type: 'qemu', arch: 'x86_64', os: { supported: true } })
    const buses = can.devices?.disk?.enums?.find(({ name }) => name === 'bus')?.values
    expect(buses).toEqual(expect.arrayContaining(['virtio', 'scsi', 'sata']))
    const custom = can.cpu?.modes?.find(({ name }) => name === 'custom')
    expect(custom?.models?.some(({ name, usable }) => name === 'qemu64' && usable === 'yes')).toBe(true)
  })

  test('take a guest of ours whole, and say the same of it', async () => {
    const ours = cases['domain-plain']?.value as DomainDescription
    const dom = await client.domainDefineXmlFlags({ xml: domainXml.build(ours), flags: defineFlag.validate })
    const theirs = domainXml.parse(await client.domainGetXmlDesc({ dom, flags: xmlFlag.inactive }))
    const { disks, interfaces } = theirs.devices ?? expect.fail('it has devices')
    expect(theirs).toMatchObject({
      name: ours.name,
      uuid: ours.uuid,
      title: ours.title,
      memory: ours.memory,
      vcpu: ours.vcpu,
    })
    expect(theirs.metadata?.map(({ name }) => name)).toEqual(ours.metadata?.map(({ name }) => name))
    expect(theirs.sysinfo).toEqual(ours.sysinfo)
    expect(disks).toMatchObject(ours.devices?.disks as object)
    expect(interfaces).toMatchObject(ours.devices?.interfaces as object)
    // What libvirt made of it can be given back to it.
    const again = await client.domainDefineXmlFlags({ xml: domainXml.build(theirs), flags: defineFlag.validate })
    expect(again.uuid).toBe(dom.uuid)
    await client.domainUndefine({ dom })
  })

  test('S-XML-3: keep the password of a console when a guest is defined anew from its secure description', async () => {
    const guest: DomainDescription = {
      type: 'qemu',
      name: 'with-password',
      memory: 65_536,
      os: { type: { arch: 'x86_64', machine: 'pc', name: 'hvm' } },
      devices: { graphics: [{ type: 'vnc', autoport: true, listen: '127.0.0.1', password: "it's <s>" }] },
    }
    const dom = await client.domainDefineXmlFlags({ xml: domainXml.build(guest) })
    const passwordIn = async (flags: number) => {
      const [screen] = domainXml.parse(await client.domainGetXmlDesc({ dom, flags })).devices?.graphics ?? []
      return screen?.type === 'vnc' ? screen.password : 'no vnc'
    }
    expect(await passwordIn(xmlFlag.inactive)).toBeUndefined()
    const secure = domainXml.parse(await client.domainGetXmlDesc({ dom, flags: xmlFlag.inactive | xmlFlag.secure }))
    await client.domainDefineXmlFlags({ xml: domainXml.build({ ...secure, memory: 131_072 }) })
    expect(await passwordIn(xmlFlag.inactive | xmlFlag.secure)).toBe("it's <s>")
    await client.domainUndefine({ dom })
  })

  test('take pools, volumes, secrets, networks and filters of ours', async () => {
    const path = `${daemon.folder}/images`
    await mkdir(path)
    const pool = await client.storagePoolCreateXml({
      xml: storagePoolXml.build({ type: 'dir', name: 'i', target: { path } }),
    })
    expect(storagePoolXml.parse(await client.storagePoolGetXmlDesc({ pool })).target?.path).toBe(path)
    const volume = { name: 'v', capacity: 2 ** 30, target: { format: 'qcow2' } }
    const vol = await client.storageVolCreateXml({ pool, xml: storageVolumeXml.build(volume) })
    expect(storageVolumeXml.parse(await client.storageVolGetXmlDesc({ vol }))).toMatchObject(volume)
    await client.storageVolDelete({ vol })
    await client.storagePoolDestroy({ pool })

    const keep = cases['secret-ceph']?.value as Parameters<typeof secretXml.build>[0]
    const secret = await client.secretDefineXml({ xml: secretXml.build(keep) })
    expect(secretXml.parse(await client.secretGetXmlDesc({ secret }))).toEqual(keep)
    await client.secretUndefine({ secret })

    const flat = {
      name: 'isolated',
      bridge: { name: 'nkbr9', stp: true, delay: 0 },
      ips: [{ address: '10.9.0.1', prefix: 24 }],
    }
    const net = await client.networkDefineXml({ xml: networkXml.build(flat) })
    expect(networkXml.parse(await client.networkGetXmlDesc({ net }))).toMatchObject(flat)
    await client.networkUndefine({ net })

    const filter = { ...(cases['nwfilter-no-spoof']?.value as Parameters<typeof nwfilterXml.build>[0]), includes: [] }
    const nwfilter = await client.nwfilterDefineXml({ xml: nwfilterXml.build(filter) })
    const { includes: _, ...rest } = filter
    expect(nwfilterXml.parse(await client.nwfilterGetXmlDesc({ nwfilter }))).toMatchObject({
      name: rest.name,
      chain: rest.chain,
    })
    await client.nwfilterUndefine({ nwfilter })
  })
})
