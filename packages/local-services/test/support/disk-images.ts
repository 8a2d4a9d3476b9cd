// Headers of disk images, written byte by byte: what an attacker would upload, and the harmless twin of each.

export const MiB = 2 ** 20
export const GiB = 2 ** 30

export interface Qcow2Options {
  readonly version?: number
  readonly virtualSize?: bigint
  readonly backing?: string
  readonly dataFile?: string
  readonly incompatible?: bigint
  readonly crypt?: number
  readonly clusterBits?: number
  readonly l1Entries?: number
}

/** An empty image as qemu-img lays it out: header, refcount table, refcount block, first table. */
export function qcow2(options: Qcow2Options = {}): Buffer {
  const { version = 3, virtualSize = BigInt(GiB), clusterBits = 16, crypt = 0 } = options
  const cluster = 2 ** Math.min(Math.max(clusterBits, 9), 21)
  const entries = options.l1Entries ?? Math.ceil(Number(virtualSize) / (cluster * (cluster / 8)))
  const file = Buffer.alloc(3 * cluster + Math.min(entries, 2 ** 20) * 8)
  file.write('QFI\xfb', 0, 'latin1')
  file.writeUInt32BE(version, 4)
  file.writeUInt32BE(clusterBits, 20)
  file.writeBigUInt64BE(virtualSize, 24)
  file.writeUInt32BE(crypt, 32)
  file.writeUInt32BE(entries, 36)
  file.writeBigUInt64BE(BigInt(3 * cluster), 40)
  file.writeBigUInt64BE(BigInt(cluster), 48)
  file.writeUInt32BE(1, 56)
  if (version >= 3) {
    file.writeBigUInt64BE((options.incompatible ?? 0n) | (options.dataFile === undefined ? 0n : 4n), 72)
    file.writeUInt32BE(4, 96)
    file.writeUInt32BE(104, 100)
  }
  let at = version >= 3 ? 104 : 72
  if (options.dataFile !== undefined) at = extension(file, at, 0x44415441, options.dataFile)
  if (options.backing !== undefined) {
    at = extension(file, at, 0xe2792aca, 'raw') + 8
    file.writeBigUInt64BE(BigInt(at), 8)
    file.writeUInt32BE(file.write(options.backing, at), 16)
  }
  return file
}

function extension(file: Buffer, at: number, type: number, text: string): number {
  file.writeUInt32BE(type, at)
  file.writeUInt32BE(text.length, at + 4)
  file.write(text, at + 8)
  return at + 8 + Math.ceil(text.length / 8) * 8
}

export interface VmdkOptions {
  readonly descriptor?: string
  readonly capacity?: bigint
  /** With a footer, as streams have it. */
  readonly footer?: (footer: Buffer) => void
}

export const goodDescriptor = `# Disk DescriptorFile
version=1
CID=12345678
parentCID=ffffffff
createType="monolithicSparse"

# Extent description
RW 2097152 SPARSE "disk.vmdk"
`

export function vmdk({ descriptor = goodDescriptor, capacity = 2097152n, footer }: VmdkOptions = {}): Buffer {
  const header = Buffer.alloc(512)
  header.write('KDMV', 0)
  header.writeUInt32LE(footer === undefined ? 1 : 3, 4)
  header.writeUInt32LE(3, 8)
  header.writeBigUInt64LE(capacity, 12)
  header.writeBigUInt64LE(128n, 20)
  header.writeBigUInt64LE(1n, 28)
  header.writeBigUInt64LE(20n, 36)
  header.writeUInt32LE(512, 44)
  header.writeBigUInt64LE(footer === undefined ? 21n : 0xffffffffffffffffn, 56)
  header.write('\n \r\n', 73)
  const text = Buffer.alloc(20 * 512)
  text.write(descriptor)
  const body = Buffer.concat([header, text, Buffer.alloc(128 * 512)])
  if (footer === undefined) return body
  const second = Buffer.from(header)
  second.writeBigUInt64LE(21n, 56)
  footer(second)
  return Buffer.concat([body, Buffer.alloc(512), second, Buffer.alloc(512)])
}

/** The text that lets QEMU read any file of the host (CVE-2022-47951). */
export function flatDescriptor(file: string, kind = 'monolithicFlat'): Buffer {
  return Buffer.from(
    `# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType="${kind}"\n\nRW 8 FLAT "${file}" 0\n`,
  )
}

export function vdi(
  options: { readonly type?: number; readonly parent?: boolean; readonly size?: bigint } = {},
): Buffer {
  const { size = BigInt(GiB) } = options
  const blocks = Math.ceil(Number(size) / MiB)
  const file = Buffer.alloc(1024 + 4 * Math.min(blocks, MiB))
  file.write('<<< QEMU VM Virtual Disk Image >>>\n')
  file.writeUInt32LE(0xbeda107f, 0x40)
  file.writeUInt32LE(0x00010001, 0x44)
  file.writeUInt32LE(options.type ?? 1, 0x4c)
  file.writeBigUInt64LE(size, 0x170)
  file.writeUInt32LE(MiB, 0x178)
  file.writeUInt32LE(blocks, 0x180)
  file.writeUInt32LE(512, 0x154)
  if (options.parent === true) file.fill(7, 0x1b8, 0x1c8)
  return file
}

export function vhd(
  options: { readonly type?: number; readonly parent?: boolean; readonly size?: bigint } = {},
): Buffer {
  const { type = 3, size = BigInt(GiB) } = options
  const footer = Buffer.alloc(512)
  footer.write('conectix')
  footer.writeUInt32BE(2, 8)
  footer.writeUInt32BE(0x10000, 12)
  footer.writeBigUInt64BE(type === 2 ? 0xffffffffffffffffn : 512n, 16)
  footer.writeBigUInt64BE(size, 40)
  footer.writeBigUInt64BE(size, 48)
  footer.writeUInt32BE(type, 60)
  footer.writeUInt32BE(~footer.reduce((sum, byte) => sum + byte, 0) >>> 0, 64)
  if (type === 2) return Buffer.concat([Buffer.alloc(4096), footer])
  const header = Buffer.alloc(1024)
  header.write('cxsparse')
  header.writeBigUInt64BE(1536n, 16)
  header.writeUInt32BE(Math.ceil(Number(size) / (2 * MiB)), 28)
  header.writeUInt32BE(2 * MiB, 32)
  if (options.parent === true) header.fill(9, 40, 56)
  return Buffer.concat([footer, header, Buffer.alloc(4096), footer])
}

export function vhdx(options: { readonly parent?: boolean; readonly size?: bigint } = {}): Buffer {
  const file = Buffer.alloc(3 * MiB)
  file.write('vhdxfile')
  for (const table of [192, 256]) {
    file.write('regi', table * 1024)
    file.writeUInt32LE(1, table * 1024 + 8)
    guid(file, table * 1024 + 16, '8b7ca206-4790-4b9a-b8fe-575f050f886e')
    file.writeBigUInt64LE(BigInt(2 * MiB), table * 1024 + 32)
  }
  const at = 2 * MiB
  file.write('metadata', at)
  file.writeUInt16LE(2, at + 10)
  guid(file, at + 32, 'caa16737-fa36-4d43-b3b6-33f0aa44e76b')
  file.writeUInt32LE(65536, at + 48)
  guid(file, at + 64, '2fa54224-cd1b-4876-b211-5dbed83bf4b8')
  file.writeUInt32LE(65544, at + 80)
  file.writeUInt32LE(MiB, at + 65536)
  file.writeUInt32LE(options.parent === true ? 2 : 0, at + 65540)
  file.writeBigUInt64LE(options.size ?? BigInt(GiB), at + 65544)
  return file
}

function guid(file: Buffer, at: number, text: string): void {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  const fields = [bytes.subarray(0, 4), bytes.subarray(4, 6), bytes.subarray(6, 8)].map((field) =>
    Buffer.from(field).reverse(),
  )
  Buffer.concat([...fields, bytes.subarray(8)]).copy(file, at)
}

export function iso(): Buffer {
  const file = Buffer.alloc(64 * 1024)
  file.write('\x01CD001\x01', 0x8000, 'latin1')
  return file
}

/** A boot sector with one partition, over `file` or over zeros. */
export function partitioned(type: number, file: Buffer = Buffer.alloc(64 * 1024)): Buffer {
  const copy = Buffer.from(file)
  copy.fill(0, 446, 510)
  copy[446 + 4] = type
  copy[510] = 0x55
  copy[511] = 0xaa
  return copy
}

export function luks(version = 2): Buffer {
  const file = Buffer.alloc(4096)
  file.write('LUKS\xba\xbe', 'latin1')
  file.writeUInt16BE(version, 6)
  return file
}

export function qed(): Buffer {
  const file = Buffer.alloc(4096)
  file.write('QED\0')
  return file
}

/** Of each format, one that nothing is wrong with. */
export const good = {
  raw: () => Buffer.alloc(64 * 1024, 'data'),
  qcow2: () => qcow2(),
  vmdk: () => vmdk(),
  vdi: () => vdi(),
  vhd: () => vhd(),
  vhdx: () => vhdx(),
  iso,
} as const
