import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { id, type ServerId } from '@novakit/core'
import { as, open, tempFolder } from '../support/services.ts'

const EACH = 40

test('processes that allocate at once, one of them killed in the middle of it, give no address twice and forget none', async () => {
  const dir = await tempFolder()
  const { networks } = await open(dir)
  const { id: network } = await networks.createNetwork(as('mine'), { name: 'n', subnets: [{ cidr: '10.0.0.0/24' }] })
  const script = path.join(import.meta.dirname, '../support/allocate.ts')
  const given: { readonly server: string; readonly address: string }[] = []
  const run = async (name: string, killAfter: number): Promise<void> => {
    const args = ['--conditions=novakit-source', script, dir, network, name, String(EACH)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let count = 0
    for await (const line of createInterface({ input: child.stdout })) {
      const [server = '', address = ''] = line.split(' ')
      given.push({ server, address })
      if (++count === killAfter) child.kill('SIGKILL')
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  await Promise.all([run('1', 0), run('2', 0), run('3', 15)])
  expect(given.length).toBeGreaterThanOrEqual(2 * EACH + 15)
  expect(new Set(given.map(({ address }) => address)).size).toBe(given.length)
  for (const { server, address } of given) {
    expect(await networks.serverAt?.(network, address)).toBe(server)
    expect(await networks.list(id<ServerId>(server))).toMatchObject([{ fixedIps: [{ address }] }])
  }
})
