import type { FirstBootInput, FixedIp, Json } from '@novakit/core/vocabulary'
import { ec2Ids } from './ec2-ids.ts'
import { fullHostname, type DocumentOptions } from './options.ts'
import { isAtLeast, type Ec2Version } from './versions.ts'

export type Ec2Node = string | number | null | readonly string[] | Uint8Array | Ec2Folder

/** A folder of EC2's tree. `label` stands for it in the list of the folder above, in place of its name and a slash. */
export interface Ec2Folder {
  readonly label?: string
  readonly entries: ReadonlyMap<string, Ec2Node>
}

/** The tree under one version: `meta-data` and perhaps `user-data` (nova/api/metadata/base.py, `get_ec2_metadata`). */
export function ec2Tree(input: FirstBootInput, version: Ec2Version, options: DocumentOptions): Ec2Folder {
  return folder([
    ['meta-data', folder([...fromTheStart(input, options), ...addedLater(input, version, options)])],
    ...entry('user-data', input.userData),
  ])
}

function fromTheStart(input: FirstBootInput, options: DocumentOptions): readonly [string, Ec2Node][] {
  const ids = ec2Ids(input)
  const [key] = input.keys
  return [
    ['ami-id', ids.image],
    ['ami-launch-index', input.launchIndex],
    // What Nova serves, word for word.
    ['ami-manifest-path', 'FIX' + 'ME'],
    ['instance-id', ids.instance],
    ['hostname', fullHostname(input.hostname, options)],
    ['local-ipv4', fixedIps(input).find(({ version }) => version === 4)?.address ?? options.address ?? null],
    ['reservation-id', input.reservation],
    ['security-groups', input.securityGroups ?? []],
    ...entry('public-keys', key === undefined ? null : folder([['0', keyFolder(key.name, key.data)]])),
  ]
}

function keyFolder(name: string, data: string): Ec2Folder {
  return { label: `0=${name}`, entries: new Map([['openssh-key', data]]) }
}

function addedLater(
  input: FirstBootInput,
  version: Ec2Version,
  options: DocumentOptions,
): readonly [string, Ec2Node][] {
  const ids = ec2Ids(input)
  const hostname = fullHostname(input.hostname, options)
  const from = (since: Ec2Version, ...entries: readonly [string, Ec2Node][]): readonly [string, Ec2Node][] =>
    isAtLeast(version, since) ? entries : []
  return [
    ...from(
      '2007-01-19',
      ['local-hostname', hostname],
      ['public-hostname', hostname],
      ['public-ipv4', input.nics.flatMap(({ floatingIps }) => floatingIps)[0] ?? ''],
    ),
    ...from('2007-08-29', ['instance-type', input.flavor.name]),
    ...from(
      '2007-12-15',
      ['block-device-mapping', folder(Object.entries(input.blockDeviceNames ?? usualNames))],
      ...entry('kernel-id', ids.kernel),
      ...entry('ramdisk-id', ids.ramdisk),
    ),
    ...from('2008-02-01', ['placement', folder([['availability-zone', input.zone]])]),
    ...from('2008-09-01', ['instance-action', 'none']),
  ]
}

/** What Nova says of a server whose root disk has no name yet (nova/block_device.py). */
const usualNames = { ami: 'sda1', ephemeral0: 'sda2', root: '/dev/sda1', swap: 'sda3' }

function fixedIps({ nics }: FirstBootInput): readonly FixedIp[] {
  return nics.flatMap((nic) => nic.fixedIps)
}

function folder(entries: Iterable<readonly [string, Ec2Node]>): Ec2Folder {
  return { entries: new Map(entries) }
}

function entry(name: string, value: Ec2Node): readonly [string, Ec2Node][] {
  return value === null ? [] : [[name, value]]
}

/** For the drive's `meta-data.json`. The label goes in too, as `_name`: Nova has always left it there. */
export function ec2Json(node: Ec2Node): Json {
  if (node instanceof Uint8Array) return Buffer.from(node).toString()
  if (!isFolder(node)) return node
  const entries = [...node.entries].map(([name, value]): [string, Json] => [name, ec2Json(value)])
  return Object.fromEntries(node.label === undefined ? entries : [['_name', node.label], ...entries])
}

export function isFolder(node: Ec2Node): node is Ec2Folder {
  return typeof node === 'object' && node !== null && 'entries' in node && node.entries instanceof Map
}
