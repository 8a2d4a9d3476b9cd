import type {
  HostName,
  Ids,
  ServerId,
  Volume,
  VolumeConnection,
  VolumeControl,
  VolumeHost,
  VolumeId,
} from '@novakit/core'
import { hostErrors, id, volumeErrors } from '@novakit/core'
import { serviceFaults, type ServiceFault, type ServiceFaults } from './service-faults.ts'

type Call = 'get' | 'reserve' | 'giveUp' | 'connect' | 'complete' | 'release' | 'delete' | 'attach' | 'detach'

export type VolumeFault = ServiceFault<Call>

/** A volume service in memory. */
export interface FakeVolumes extends Pick<ServiceFaults<Call>, 'inject' | 'heal'> {
  readonly control: VolumeControl & VolumeHost
  /** What an agent of that host reaches volumes with. */
  hostHalf(host: string): VolumeHost
  volumes(): readonly Volume[]
  attachments(): readonly FakeAttachment[]
  /** What hosts hold open. */
  held(): readonly { readonly attachment: string; readonly host: string }[]
}

export interface FakeAttachment {
  readonly id: string
  readonly volume: VolumeId
  readonly server: ServerId
  readonly key: string
  /** Null until a host is given access. */
  readonly host: HostName | null
  readonly complete: boolean
}

interface Owned extends Volume {
  readonly project: string
  readonly key: string
}

export function fakeVolumes(ids: Ids): FakeVolumes {
  const volumes = new Map<VolumeId, Owned>()
  const attachments = new Map<string, FakeAttachment>()
  const closed = new Set<string>()
  const held = new Map<string, { attachment: string; host: string }>()
  const { meet, inject, heal } = serviceFaults<Call>(() =>
    hostErrors.unreachable({}, { detail: 'the volume service was told to fail' }),
  )

  const ofVolume = (volume: VolumeId): FakeAttachment | undefined =>
    [...attachments.values()].find((one) => one.volume === volume)
  function own(project: string, volume: VolumeId): Owned {
    const known = volumes.get(volume)
    if (known === undefined || known.project !== project) throw volumeErrors.not_found({ volume })
    return known
  }
  function known(attachment: string): FakeAttachment {
    const found = attachments.get(attachment)
    if (found === undefined) throw volumeErrors.attachment_not_found({ attachment })
    return found
  }
  function setStatus(volume: VolumeId, status: Volume['status']): void {
    const row = volumes.get(volume)
    if (row !== undefined) volumes.set(volume, { ...row, status })
  }
  function reserve(project: string, volume: VolumeId, server: ServerId, key: string): { attachment: string } {
    const row = own(project, volume)
    if (closed.has(`${server} ${key}`)) throw volumeErrors.conflict({ volume, what: 'was given up meanwhile' })
    const there = ofVolume(volume)
    if (there?.key === key && there.server === server) return { attachment: there.id }
    if (row.status !== 'available') throw volumeErrors.conflict({ volume, what: `is ${row.status}` })
    const attachment = ids.uuid()
    attachments.set(attachment, { id: attachment, volume, server, key, host: null, complete: false })
    setStatus(volume, 'reserved')
    return { attachment }
  }
  function release(attachment: string): void {
    const row = attachments.get(attachment)
    if (row === undefined) return
    attachments.delete(attachment)
    setStatus(row.volume, 'available')
  }
  const hostHalf = (host: string): VolumeHost => ({
    connector: async () => ({ host }),
    attach: ({ attachment, volume }) =>
      meet('attach', () => {
        if (known(attachment).host !== host) throw volumeErrors.unreachable({ volume })
        held.set(`${host}/${attachment}`, { attachment, host })
        return { volume, attachment, path: `/volumes/${volume}`, format: 'raw' }
      }),
    detach: ({ attachment }) => meet('detach', () => void held.delete(`${host}/${attachment}`)),
    list: async () => [...held.values()].filter((one) => one.host === host).map(({ attachment }) => attachment),
  })
  const control: VolumeControl = {
    get: ({ project }, volume) => meet('get', () => own(project, volume)),
    create: async ({ project }, { size }, key) => {
      const there = [...volumes.values()].find((one) => one.key === key)
      if (there !== undefined) return there
      const flags = { multiattach: false, bootable: false, encrypted: false }
      const made: Owned = { id: id(ids.uuid()), size, status: 'available', ...flags, project, key }
      volumes.set(made.id, made)
      return made
    },
    delete: (_context, volume) =>
      meet('delete', () => {
        const row = volumes.get(volume)
        if (row === undefined) return
        if (row.status !== 'available') throw volumeErrors.conflict({ volume, what: `is ${row.status}` })
        volumes.delete(volume)
      }),
    reserve: ({ project }, volume, server, key) => meet('reserve', () => reserve(project, volume, server, key)),
    giveUp: (volume, server, key) =>
      meet('giveUp', () => {
        closed.add(`${server} ${key}`)
        const there = ofVolume(volume)
        if (there?.key === key && there.server === server) release(there.id)
      }),
    connect: (attachment, host) =>
      meet('connect', (): VolumeConnection => {
        const row = known(attachment)
        attachments.set(attachment, { ...row, host })
        return { attachment, volume: row.volume, server: row.server, type: 'fake', data: {} }
      }),
    complete: (attachment) =>
      meet('complete', () => {
        const row = known(attachment)
        attachments.set(attachment, { ...row, complete: true })
        setStatus(row.volume, 'in-use')
      }),
    release: (attachment) => meet('release', () => release(attachment)),
    extend: async () => undefined,
  }
  return {
    control: { ...control, ...hostHalf('nowhere') },
    hostHalf,
    inject,
    heal,
    volumes: () => [...volumes.values()],
    attachments: () => [...attachments.values()],
    held: () => [...held.values()],
  }
}
