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

export interface BootOptions {
  readonly drives: readonly { readonly file: string; readonly bus: 'virtio' | 'ide-cdrom' }[]
  /** Words for `guest-init`, such as `guest.joliet`. */
  readonly words?: readonly string[]
  /** After which the guest is killed; default four minutes: an idle machine needs seconds, a busy one many more. */
  readonly milliseconds?: number
}

/** Boots it in plain QEMU, without KVM, until it has said all and turned itself off. */
export async function bootTinyGuest(guest: TinyGuest, options: BootOptions): Promise<GuestReport> {
  const { drives, words = [], milliseconds = 240_000 } = options
  const qemu = spawn('qemu-system-x86_64', [
    ...['-machine', 'pc,accel=tcg', '-m', '256', '-nodefaults', '-display', 'none', '-no-reboot', '-serial', 'stdio'],
    ...['-kernel', guest.kernel, '-initrd', guest.initramfs],
    ...['-append', ['console=ttyS0', 'quiet', 'panic=-1', ...words].join(' ')],
    ...drives.flatMap(({ file, bus }) => ['-drive', `file=${escaped(file)},format=raw,readonly=on,${BUSES[bus]}`]),
  ])
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

const BUSES = { virtio: 'if=virtio', 'ide-cdrom': 'if=ide,media=cdrom' } as const

/** QEMU takes a comma for the end of a value, and two for one. */
function escaped(file: string): string {
  return file.replaceAll(',', ',,')
}
