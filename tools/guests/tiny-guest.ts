import { execFile, spawn } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { readReport, type GuestReport } from './guest-report.ts'

/** What boots it: files for `-kernel` and `-initrd`, or for a domain's `<kernel>` and `<initrd>`. */
export interface TinyGuest {
  readonly kernel: string
  readonly initramfs: string
}

/** Builds it where it has not been built yet. Needs what `tools/guests/install` installs. */
export async function tinyGuest(): Promise<TinyGuest> {
  const { stdout } = await promisify(execFile)(path.join(import.meta.dirname, 'build'))
  const folder = stdout.trim()
  return { kernel: path.join(folder, 'vmlinuz'), initramfs: path.join(folder, 'initramfs') }
}

/** The root of a Debian guest for {@link BootOptions.root}, built where it has not been yet; that takes minutes and root. */
export async function debianRoot(): Promise<string> {
  const { stdout } = await promisify(execFile)(path.join(import.meta.dirname, 'build-debian'))
  return stdout.trim()
}

/**
 * A disk that boots it, as a raw image. Needs what `tools/guests/install install disk` installs.
 * @param words for `guest-init`
 */
export async function tinyGuestDisk(words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(path.join(import.meta.dirname, 'disk'), words)
  return stdout.trim()
}

export interface BootOptions {
  readonly drives: readonly { readonly file: string; readonly bus: 'virtio' | 'ide-cdrom' }[]
  /** Virtio NICs, each on a network of its own, where QEMU answers as gateway and DHCP server; nothing leads out of it. */
  readonly nics?: readonly GuestNetwork[]
  /** The disk of a system that takes over from the tiny one. What it writes there is forgotten. */
  readonly root?: string
  /** Words for `guest-init`, such as `guest.joliet`. */
  readonly words?: readonly string[]
  /** After which the guest is killed; default four minutes: an idle machine needs seconds, a busy one many more. */
  readonly milliseconds?: number
}

export interface GuestNetwork {
  readonly mac: string
  /** IPv4, such as `192.0.2.0/24`; the gateway has the second address, and DHCP gives out addresses from the 15th on. */
  readonly network: string
  /** IPv6, such as `2001:db8::/64`; the gateway has the second address. */
  readonly network6?: string
}

/** Boots it in plain QEMU, without KVM, until it has said all and turned itself off. */
export async function bootTinyGuest(guest: TinyGuest, options: BootOptions): Promise<GuestReport> {
  const { milliseconds = 240_000 } = options
  const qemu = spawn('qemu-system-x86_64', argumentsFor(guest, options))
  const timer = setTimeout(() => qemu.kill('SIGKILL'), milliseconds)
  const said: Buffer[] = []
  const collect = (chunk: Buffer): void => void said.push(chunk)
  qemu.stdout.on('data', collect)
  qemu.stderr.on('data', collect)
  try {
    await new Promise((resolve, reject) => qemu.once('error', reject).once('close', resolve))
  } finally {
    clearTimeout(timer)
  }
  return readReport(Buffer.concat(said).toString())
}

const MACHINE = '-machine pc,accel=tcg -m 256 -nodefaults -display none -no-reboot -serial stdio'.split(' ')
const BUSES = { virtio: 'if=virtio', 'ide-cdrom': 'if=ide,media=cdrom' } as const

function argumentsFor(guest: TinyGuest, { drives, root, nics = [], words = [] }: BootOptions): readonly string[] {
  const rootWords = root === undefined ? [] : ['guest.root']
  const command = ['-append', ['console=ttyS0', 'quiet', 'panic=-1', ...rootWords, ...words].join(' ')]
  return [
    ...MACHINE,
    '-kernel',
    guest.kernel,
    '-initrd',
    guest.initramfs,
    ...command,
    ...drives.flatMap(driveArguments),
    ...(root === undefined ? [] : ['-m', '768', '-drive', `file=${valueOf(root)},format=raw,if=virtio,snapshot=on`]),
    ...nics.flatMap(nicArguments),
  ]
}

function driveArguments({ file, bus }: BootOptions['drives'][number]): readonly string[] {
  return ['-drive', `file=${valueOf(file)},format=raw,readonly=on,${BUSES[bus]}`]
}

/** A comma ends a value; two stand for one. */
function valueOf(file: string): string {
  return file.replaceAll(',', ',,')
}

function nicArguments({ mac, network, network6 }: GuestNetwork, index: number): readonly string[] {
  const ipv6 = network6 === undefined ? 'ipv6=off' : `ipv6=on,ipv6-net=${network6}`
  return [
    '-netdev',
    `user,id=net${index},restrict=on,ipv4=on,net=${network},${ipv6}`,
    '-device',
    `virtio-net-pci,netdev=net${index},mac=${mac},romfile=`,
  ]
}
