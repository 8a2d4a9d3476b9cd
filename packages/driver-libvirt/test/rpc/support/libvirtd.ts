import { execFile } from 'node:child_process'
import { access, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { once } from 'node:events'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, test } from 'vitest'

const run = promisify(execFile)
const script = path.join(import.meta.dirname, '../../../../../tools/servers/libvirtd')

/** A libvirtd of a test's own. */
export interface Libvirtd {
  readonly folder: string
  /** `test:///default` through the daemon. */
  readonly testUri: string
  readonly qemuUri: string
  pid(): Promise<number>
  start(): Promise<void>
  stop(): Promise<void>
  /** Sends a signal to this daemon and no other process. */
  kill(signal: NodeJS.Signals): Promise<void>
  remove(): Promise<void>
}

export interface LibvirtdOptions {
  /** `none` starts in half a second and has the test driver alone. */
  readonly drivers: 'none' | 'all'
  readonly tcpPort?: number
  readonly tlsPort?: number
  /** Called with the daemon's folder before it starts. */
  readonly prepare?: (folder: string) => Promise<void>
}

export async function startLibvirtd(options: LibvirtdOptions): Promise<Libvirtd> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nk-lv-'))
  const env = {
    ...process.env,
    NOVAKIT_LIBVIRTD_DRIVERS: options.drivers,
    NOVAKIT_LIBVIRTD_CACHE: path.join(os.tmpdir(), 'novakit-libvirt-cache'),
  }
  const call = (...args: string[]) => run(script, args, { env })
  const ports = [options.tcpPort, options.tlsPort].map((port) => String(port ?? ''))
  const start = async () => void (await call('start', folder, ...ports))
  const stop = async () => void (await call('stop', folder))
  const pid = async () => Number(await readFile(path.join(folder, 'run/libvirtd.pid'), 'utf8'))
  const uri = (driver: string) => `${driver}?socket=${folder}/sock/libvirt-sock`
  await options.prepare?.(folder)
  await start()
  return {
    folder,
    testUri: uri('test+unix:///default'),
    qemuUri: uri('qemu+unix:///system'),
    pid,
    start,
    stop,
    kill: async (signal) => void process.kill(await pid(), signal),
    remove: async () => {
      await stop()
      await endGuests(folder)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Guests outlive their daemon; those of a test that failed have left their process ids. */
async function endGuests(folder: string): Promise<void> {
  const files = await readdir(path.join(folder, 'run/qemu')).catch(() => [])
  for (const file of files.filter((name) => name.endsWith('.pid'))) {
    const pid = Number(await readFile(path.join(folder, 'run/qemu', file), 'utf8'))
    const program = await readlink(`/proc/${pid}/exe`).catch(() => '')
    if (program.includes('qemu')) process.kill(pid, 'SIGKILL')
  }
}

/** Tests that need a libvirtd; skipped where there cannot be one, but never in CI. */
export function describeLibvirtd(name: string, tests: () => void): void {
  if (missingLibvirtd === null) describe(name, tests)
  else describe(name, () => test.skip(`goes through its tests (skipped: ${missingLibvirtd})`, () => undefined))
}

/** Why there cannot be a libvirtd here; null: there can be, or it is CI, where there must be. */
export const missingLibvirtd = process.env['CI'] === 'true' ? null : await whyNot()

async function whyNot(): Promise<string | null> {
  if (process.getuid?.() !== 0) return 'a private libvirtd needs root'
  const there = await access('/usr/sbin/libvirtd').then(
    () => true,
    () => false,
  )
  return there ? null : 'there is no libvirtd; tools/servers/libvirtd install'
}
