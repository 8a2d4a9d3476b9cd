import { readFile, readdir } from 'node:fs/promises'
import { millis, type Clock } from '@novakit/core'
import type { Drafts } from '../../files/drafts.ts'
import type { RunProgram } from '../../run/run-program.ts'
import type { SealedFolder } from '../../files/sealed-folder.ts'
import { programErrors } from '../../run/errors.ts'

export interface DhcpDeps {
  readonly run: RunProgram
  readonly clock: Clock
  readonly drafts: Drafts
  /** Configurations by their bridge. */
  readonly folder: SealedFolder
  /** Those that are being written. */
  readonly making: SealedFolder
}

/** The DHCP servers of this machine, one for each bridge. They outlive this process. */
export interface DhcpServers {
  /** Runs one of that configuration; what runs with another is ended first. Null: none. */
  serve(bridge: string, config: string | null): Promise<void>
}

export function dhcpServers({ run, clock, drafts, folder, making }: DhcpDeps): DhcpServers {
  const nameOf = (bridge: string): string => `${bridge}.conf`
  const argument = (bridge: string): string => `--conf-file=${folder.pathOf(nameOf(bridge))}`
  async function stop(bridge: string): Promise<void> {
    for (const pid of await running(argument(bridge))) signal(pid, 'SIGTERM')
    for (let tries = 0; tries < 100; tries++) {
      if ((await running(argument(bridge))).length === 0) return
      await clock.sleep(millis(20))
    }
    throw programErrors.failed({ program: 'dnsmasq' }, { detail: { bridge, what: 'it does not end' } })
  }
  async function write(bridge: string, config: string): Promise<void> {
    const draft = drafts.newName()
    const file = await making.create(draft)
    try {
      await file.writeFile(config)
      await file.sync()
    } finally {
      await file.close()
    }
    await folder.take(making, draft, nameOf(bridge))
  }
  return {
    serve: async (bridge, config) => {
      const before = await textOf(folder, nameOf(bridge))
      const alive = (await running(argument(bridge))).length > 0
      if (config === null) {
        if (alive) await stop(bridge)
        await folder.remove(nameOf(bridge))
      } else if (!alive || before !== config) {
        await stop(bridge)
        await write(bridge, config)
        await run({ program: 'dnsmasq', args: [argument(bridge)] })
      }
    },
  }
}

async function textOf(folder: SealedFolder, name: string): Promise<string | null> {
  const file = await folder.open(name)
  if (file === null) return null
  try {
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/** By their arguments: a number in a file may be another process's by now. */
async function running(argument: string): Promise<readonly number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const args = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')
    if (args.split('\0').slice(1).includes(argument)) found.push(Number(name))
  }
  return found
}

function signal(pid: number, name: 'SIGTERM'): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
