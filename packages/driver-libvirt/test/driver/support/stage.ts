import { execFile } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import {
  id,
  systemIds,
  type ImageId,
  type LocalImage,
  type LocalVolume,
  type NetworkId,
  type Nic,
  type PortId,
  type SpawnOrder,
  type VolumeId,
} from '@novakit/core'
import { libvirt } from '../../../src/rpc/index.ts'
import { startLibvirtd, type Libvirtd, type LibvirtdOptions } from '../../rpc/support/libvirtd.ts'

/** A libvirtd of a test file's own, and what drivers and guests on it are made of. */
export interface Stage {
  readonly daemon: Libvirtd
  /** A folder for guests; several drivers may share it, or each have one of its own. */
  guests(name: string): string
  image(): Promise<LocalImage>
  volume(): Promise<LocalVolume>
  /** Domains, and files of guests in those folders, that should not be there. */
  leftovers(...folders: readonly string[]): Promise<readonly string[]>
  close(): Promise<void>
}

/** `test` keeps a connection open: libvirt's simulation forgets everything with the last one. */
export async function openStage(options: LibvirtdOptions): Promise<Stage> {
  const daemon = await startLibvirtd(options)
  const client = await libvirt({ uri: options.drivers === 'none' ? daemon.testUri : daemon.qemuUri }).connect()
  const run = (words: readonly string[]) => promisify(execFile)('qemu-img', words)
  return {
    daemon,
    guests: (name) => path.join(daemon.folder, name),
    image: async () => {
      const image = id<ImageId>(systemIds.uuid())
      const file = path.join(daemon.folder, `${image}.img`)
      await writeFile(file, Buffer.alloc(1024 * 1024, 'image'))
      return { image, path: file, format: 'raw' }
    },
    volume: async () => {
      const volume = id<VolumeId>(systemIds.uuid())
      const file = path.join(daemon.folder, `${volume}.volume`)
      await run(['create', '-q', '-f', 'raw', file, '64M'])
      return { volume, attachment: systemIds.uuid(), path: file, format: 'raw' }
    },
    leftovers: async (...folders) => {
      const domains = (await client.connectListAllDomains()).map(({ name }) => name).filter((name) => name !== 'test')
      const files = await Promise.all(folders.map(filesOf))
      return [...domains, ...files.flat()]
    },
    close: async () => {
      await client.close()
      await daemon.remove()
    },
  }
}

/** All but the bases of images, which stay for the next guest. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
    .filter((file) => !/^(bases|snapshots$)/.test(file))
}

/** A NIC that needs nothing of the host: QEMU itself is the network behind it. */
export function pluggedNic({ server }: Pick<SpawnOrder, 'server'>): Nic {
  const port = systemIds.uuid()
  return {
    port: id<PortId>(port),
    network: id<NetworkId>(systemIds.uuid()),
    server,
    // The end of an id is drawn at random; its beginning is the time.
    mac: `fa:16:3e:${port.slice(-6, -4)}:${port.slice(-4, -2)}:${port.slice(-2)}`,
    mtu: 1500,
    fixedIps: [],
    vifType: 'user',
    details: {},
    device: `tap${port.slice(0, 11)}`,
    tag: null,
    vlan: null,
    trusted: false,
    floatingIps: [],
    plugEvent: false,
  }
}
