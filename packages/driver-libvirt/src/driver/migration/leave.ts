import path from 'node:path'
import type { GuestRef } from '@novakit/core'
import { libvirtCodeOf, migrateFlag, migrateParam, param, xmlFlag } from '../../rpc/index.ts'
import { readXml } from '../../xml/index.ts'
import { hypervisorErrors } from '../errors.ts'
import { descriptionOf, disksIn } from '../guests/devices-of.ts'
import { destroy } from '../guests/destroy.ts'
import { findGuest, guestToChange, mustBe } from '../guests/find-guest.ts'
import { hasLeft } from '../guests/power-state.ts'
import { undefine } from '../guests/start.ts'
import type { MigrationOptions } from '../options.ts'
import type { Station } from '../station.ts'
import { destinationXml } from './destination-xml.ts'
import type { Jobs } from './jobs.ts'
import { destinationData, preparedData, type CheckedData, type PreparedData } from './migration-data.ts'

type Data = Readonly<Record<string, unknown>>

/** What the destination has to have ready for the guest. */
export async function checkSource(station: Station, guest: GuestRef, data: Data): Promise<CheckedData> {
  const found = await guestToChange(station, guest)
  mustBe(found, 'migrate live', 'running', 'paused')
  const folder = station.folders.of(guest.server)
  const { dom } = found
  const own = disksIn(await descriptionOf(station, dom, 'running')).flatMap(({ dev, source, description }) => {
    const mine = source !== null && path.dirname(source) === folder && description.readonly !== true
    return mine && path.basename(source) !== 'disk.config' ? [{ dev, file: path.basename(source) }] : []
  })
  const disks = await Promise.all(
    own.map(async ({ dev, file }) => {
      const { capacity } = await station.client.domainGetBlockInfo({ dom, path: dev })
      return { dev, file, size: Number(capacity) }
    }),
  )
  return { ...destinationData(data), sourceFolder: folder, sourceEpoch: guest.epoch, disks }
}

/** Begins, and goes on by itself. One that is under way or over is left alone. */
export async function startMigration(
  station: Station,
  jobs: Jobs,
  options: MigrationOptions,
  guest: GuestRef,
  given: Data,
): Promise<void> {
  const data = preparedData(given)
  const found = await guestToChange(station, guest)
  if (hasLeft(found.state, found.reason) || jobs.get(guest.server)?.state === 'running') return
  if (await isUnderWay(station, found.dom)) return
  mustBe(found, 'migrate live', 'running', 'paused')
  const flags = xmlFlag.migratable | xmlFlag.secure
  const running = readXml(await station.client.domainGetXmlDesc({ dom: found.dom, flags }))
  const xml = destinationXml(running, data)
  const request = { dom: found.dom, ...migration(options, data, xml), destination: data.uri, cookie: new Uint8Array() }
  await jobs.begin(guest.server, { shared: data.shared }, async () => {
    try {
      await station.client.domainMigratePerform3Params(request, { connection: 'own', timeout: null })
      return 'completed'
    } catch (error) {
      if (libvirtCodeOf(error) === 'operation_aborted') return 'cancelled'
      throw error
    }
  })
}

/** Begun by an agent that is no more. */
async function isUnderWay({ client }: Station, dom: { readonly uuid: string }): Promise<boolean> {
  const { type } = await client.domainGetJobInfo({ dom })
  return type !== 0
}

function migration(options: MigrationOptions, data: PreparedData, xml: string) {
  const { live, peerToPeer, persistDestination, nonSharedDisk, unsafe, tls, autoConverge } = migrateFlag
  const always = live | peerToPeer | persistDestination | autoConverge
  // libvirt does not know that both hosts see the same files; that was looked at.
  const storage = data.shared ? unsafe : data.disks.length === 0 ? 0 : nonSharedDisk
  const copied = data.shared ? [] : data.disks.map(({ dev }) => param.string(migrateParam.disks, dev))
  const address = data.address === null ? [] : [param.string(migrateParam.uri, `tcp://${hostOf(data.address)}`)]
  return {
    flags: always | storage | (options.tls === false ? 0 : tls),
    params: [
      param.string(migrateParam.destinationXml, xml),
      param.string(migrateParam.persistentXml, xml),
      ...address,
      ...copied,
      ...(options.bandwidth === undefined ? [] : [param.ullong(migrateParam.bandwidth, options.bandwidth)]),
    ],
  }
}

function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

/** The guest is elsewhere: what it was made of here goes away, but for files that are the other host's as well. */
export async function finishSource(station: Station, jobs: Jobs, guest: GuestRef): Promise<void> {
  const { server } = guest
  const found = await findGuest(station, server)
  if (found?.active === true) throw hypervisorErrors.wrong_power({ server, action: 'be given up', power: found.power })
  const record = await jobs.record(server)
  if (record?.shared === true) {
    if (found !== null) await undefine(station, found.dom)
  } else await destroy(station, guest, {})
  await jobs.forget(server)
}
