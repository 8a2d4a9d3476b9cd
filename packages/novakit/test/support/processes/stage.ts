import path from 'node:path'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import type { Control, ControlOptions, Heard } from './control.ts'
import type { Hosts, HostsOptions } from './hosts.ts'
import { bundle } from './bundle.ts'
import { nursery, type Child } from './nursery.ts'

/** A cloud of real processes on one database file: whoever dies is started again on what it left. */
export interface Stage {
  control(): Promise<Child<Control>>
  hosts(): Promise<Child<Hosts>>
  /** What is wrong once nothing is under way any more; empty is what it should be. */
  unrest(): Promise<readonly string[]>
  /** What listeners have heard, in all the lives of the conductor, oldest first; some of it perhaps twice. */
  heard(): Promise<readonly Heard[]>
  close(): Promise<void>
}

const HOSTS = ['h1', 'h2']

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'nk-'))
  const socket = path.join(folder, 'bus')
  await bundle(['control', 'hosts'], folder)
  const controls = nursery<Control, ControlOptions>(path.join(folder, 'control.mjs'))
  const agents = nursery<Hosts, HostsOptions>(path.join(folder, 'hosts.mjs'))
  const makeControl = (): Promise<Child<Control>> => controls.start({ database: path.join(folder, 'cloud.db'), socket })
  const makeHosts = (): Promise<Child<Hosts>> => agents.start({ folder, socket, hosts: HOSTS })
  let control = await makeControl()
  let hosts = await makeHosts()
  await control.call('ready', HOSTS)
  const stage: Stage = {
    control: async () => {
      if (!control.alive) control = await makeControl()
      return control
    },
    hosts: async () => {
      if (!hosts.alive) hosts = await makeHosts()
      return hosts
    },
    unrest: () => settled(stage),
    heard: async () => {
      const text = await readFile(path.join(folder, 'cloud.db.heard'), 'utf8')
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Heard)
    },
    close: async () => {
      controls.close()
      agents.close()
      await Promise.all([control.kill(), hosts.kill()])
      await rm(folder, { recursive: true, force: true })
    },
  }
  return stage
}

const PATIENCE = 15_000

async function settled(stage: Stage): Promise<readonly string[]> {
  const deadline = performance.now() + PATIENCE
  for (;;) {
    const hosts = await stage.hosts()
    const wrong = await (await stage.control()).call('findings', await hosts.call('guests'))
    const violations = (await hosts.call('violations')).map((violation) => JSON.stringify(violation))
    if (violations.length > 0 || wrong.length === 0 || performance.now() > deadline) return [...wrong, ...violations]
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
