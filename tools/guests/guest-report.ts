/** What the tiny guest said on its console; `guest-init` and `guest-first-boot` list the lines. */
export interface GuestReport {
  /** The device that a guest finds by the label config-2. */
  readonly labelled: string | null
  readonly drives: readonly GuestDrive[]
  readonly nics: readonly { readonly name: string; readonly mac: string; readonly mtu: number }[]
  /** Of a guest that did as its drive says. */
  readonly firstBoot: FirstBootReport | null
}

/** What a guest's own system says of it after its first boot. */
export interface FirstBootReport {
  /** What cloud-init found, in its words; null where it was not there. */
  readonly datasource: string | null
  readonly hostname: string
  /** NIC → the address that DHCP offered it, which was not taken. */
  readonly dhcp: Readonly<Record<string, string>>
  /** NIC → its addresses with their prefixes, but for link-local ones. */
  readonly addresses: Readonly<Record<string, readonly string[]>>
  readonly mtus: Readonly<Record<string, number>>
  /** Those over gateways, as `default via 192.0.2.1`. */
  readonly routes: readonly string[]
  /** Gateways that answered. */
  readonly reached: readonly string[]
  /** The exit status of the script in the user data; null where there was none. */
  readonly script: number | null
  /** Every file that there was not before, by its path without the slash in front. */
  readonly made: ReadonlyMap<string, GuestFile>
}

export interface GuestDrive {
  /** As Linux calls it: `sr0`, `vda`. */
  readonly device: string
  readonly fileSystem: 'iso9660' | 'vfat'
  /** By which of its names it was read: those that Linux prefers, or Joliet's. */
  readonly view: 'best' | 'joliet'
  /** By path. */
  readonly files: ReadonlyMap<string, GuestFile>
}

export interface GuestFile {
  readonly mode: number
  /** In bytes. */
  readonly size: number
  readonly sha256: string
  /** Null for contents of more than 16 KiB. */
  readonly content: Buffer | null
}

/** Reads the console of a guest that came to its end. @throws Error with the console's last lines, if it did not */
export function readReport(console: string): GuestReport {
  const lines = console
    .split(/\r?\n/)
    .filter((line) => line.startsWith('GUEST '))
    .map((line) => line.split(' ').slice(1))
  if (!lines.some(([word]) => word === 'ready'))
    throw new Error(`The guest did not get ready:\n${console.slice(-2000)}`)
  const drives: (GuestDrive & { readonly files: Map<string, GuestFile> })[] = []
  for (const [word, ...rest] of lines) {
    if (word === 'drive') drives.push(driveOf(rest))
    if (word === 'file') drives.at(-1)?.files.set(text(rest[0]), fileOf(rest))
  }
  return {
    labelled: lines.find(([word]) => word === 'label')?.[1] || null,
    drives,
    nics: lines
      .filter(([word]) => word === 'nic')
      .map(([, name = '', mac = '', mtu = '']) => ({ name, mac, mtu: Number(mtu) })),
    firstBoot: firstBootOf(lines),
  }
}

function firstBootOf(lines: readonly (readonly string[])[]): FirstBootReport | null {
  const said = (word: string) => lines.filter(([first]) => first === word).map(([, ...rest]) => rest)
  const [hostname] = said('hostname')
  if (hostname === undefined) return null
  const script = said('script')[0]?.[0]
  return {
    datasource: said('datasource')[0]?.join(' ') ?? null,
    hostname: hostname.join(' '),
    dhcp: Object.fromEntries(said('dhcp').map(([nic = '', address = '']) => [nic, address])),
    addresses: Object.fromEntries(
      [...Map.groupBy(said('address'), ([nic = '']) => nic)].map(([nic, each]) => [
        nic,
        each.map(([, address = '']) => address),
      ]),
    ),
    mtus: Object.fromEntries(said('mtu').map(([nic = '', mtu]) => [nic, Number(mtu)])),
    routes: said('route').map(([to, gateway]) => `${to} via ${gateway}`),
    reached: said('reached').map(([address = '']) => address),
    script: script === undefined ? null : Number(script),
    made: new Map(said('made').map((facts) => [text(facts[0]), fileOf(facts)])),
  }
}

function driveOf([device = '', fileSystem, view]: readonly string[]) {
  return {
    device,
    fileSystem: fileSystem as GuestDrive['fileSystem'],
    view: view as GuestDrive['view'],
    files: new Map<string, GuestFile>(),
  }
}

function fileOf([, mode = '', size = '', sha256 = '', content = '-']: readonly string[]): GuestFile {
  return {
    mode: Number.parseInt(mode, 8),
    size: Number(size),
    sha256,
    content: content === '-' ? null : Buffer.from(content, 'base64'),
  }
}

function text(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString()
}
