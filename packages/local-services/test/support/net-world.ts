import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { randomBytes } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { expect, onTestFinished } from 'vitest'
import type { Nic } from '@novakit/core'

const call = promisify(execFile)

/** Runs in a network namespace; says what went wrong. */
export async function inside(namespace: string, program: string, ...args: readonly string[]): Promise<string> {
  return (await call('ip', ['netns', 'exec', namespace, program, ...args])).stdout
}

/** Whether something works from a namespace, such as an echo. */
export async function works(namespace: string, program: string, ...args: readonly string[]): Promise<boolean> {
  return inside(namespace, program, ...args).then(
    () => true,
    () => false,
  )
}

export const echo = (from: string, to: string): Promise<boolean> => works(from, 'ping', '-c1', '-W1', to)

/** A network namespace that goes when the test is over, and whatever runs in it. */
export async function newNamespace(name: string): Promise<string> {
  const namespace = `nk-${name}-${randomBytes(3).toString('hex')}`
  execFileSync('ip', ['netns', 'add', namespace])
  onTestFinished(() => {
    const pids = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' }).split('\n').filter(Boolean)
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL')
    execFileSync('ip', ['netns', 'del', namespace])
  })
  await call('ip', ['-n', namespace, 'link', 'set', 'lo', 'up'])
  return namespace
}

/** A guest: a namespace with one card, whose other end is the device of a NIC on the host's bridge. */
export async function newGuest(host: string, nic: Nic, name: string): Promise<string> {
  const guest = await newNamespace(name)
  const bridge = String(nic.details['bridge'])
  const peer = ['peer', 'name', 'eth0', 'netns', guest, 'address', nic.mac]
  await call('ip', ['-n', host, 'link', 'add', 'name', nic.device, 'type', 'veth', ...peer])
  await call('ip', ['-n', host, 'link', 'set', nic.device, 'master', bridge, 'up'])
  await call('ip', ['-n', guest, 'link', 'set', 'eth0', 'up'])
  return guest
}

/** Gives a guest its IPv4 address by hand; that of IPv6 it makes itself, of what the router advertises. */
export async function configure(guest: string, nic: Nic): Promise<void> {
  for (const { address, prefix, gateway, version } of nic.fixedIps) {
    if (version === 6) {
      await expect.poll(() => inside(guest, 'ip', '-6', 'address', 'show', '-tentative'), WITHIN).toContain(address)
      await expect.poll(() => inside(guest, 'ip', '-6', 'route'), WITHIN).toContain('default via fe80:')
    } else {
      await inside(guest, 'ip', 'address', 'add', `${address}/${prefix}`, 'dev', 'eth0')
      await inside(guest, 'ip', 'route', 'add', 'default', 'via', String(gateway))
    }
  }
}

const WITHIN = { timeout: 20_000, interval: 200 }

/** The arguments of processes that have this text among them. */
export async function processesWith(text: string): Promise<readonly string[]> {
  const all = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')),
  )
  return all.filter((args) => args.includes(text))
}
