import { execFile, execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { withCompileCache } from '../support/compile-cache.ts'
import { tempFolder } from '../support/temp-folder.ts'

const main = path.join(import.meta.dirname, '../../src/cli/main.ts')
const unshare = ['--map-root-user', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']

/** Why there can be no namespaces here. Null: there can. */
function missing(): string | null {
  try {
    execFileSync('unshare', [...unshare, 'ip', 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1'], {
      stdio: 'pipe',
    })
    return null
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error).trim()
  }
}

const secret = 'a-secret-of-thirty-two-bytes-or-more'

interface Words {
  readonly folder: string
  readonly service: readonly string[]
  /** `@` stands for the network. */
  readonly proxy: readonly string[]
}

/** What the guests of both networks are told. */
async function toldIn({ folder, service, proxy }: Words): Promise<readonly unknown[]> {
  await writeFile(path.join(folder, 'secret'), secret)
  const script = path.join(import.meta.dirname, 'two-networks.sh')
  const node = [process.execPath, '--conditions=novakit-source']
  const words = [...unshare, 'bash', script, folder, service.join(' '), proxy.join(' '), ...node]
  const { stdout } = await promisify(execFile)('unshare', words, { env: withCompileCache() })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

const why = missing()
const inNamespaces = (title: string, run: () => Promise<void>): void => {
  const told = why === null ? title : `${title} (skipped: no network namespaces here: ${why})`
  test.skipIf(why !== null)(told, { timeout: 90_000 }, run)
}

inNamespaces('guests of two networks with one address are each told their own by proxies that know them', async () => {
  const folder = await tempFolder()
  const servers = ['a', 'b'].map((network, index) => ({
    server: `5b3f7a1e-6a0e-4f6c-9d51-00000000000${index}`,
    name: `guest of ${network}`,
    nics: [{ network, mac: 'fa:16:3e:9c:bf:3d', fixedIps: [{ address: '10.0.0.5', prefix: 24 }] }],
  }))
  const input = path.join(folder, 'servers.json')
  await writeFile(input, JSON.stringify(servers))
  const service = [main, 'metadata', '--input', input, '--listen', '0.0.0.0:8775', '--secret-file', `${folder}/secret`]
  const proxy = [main, 'metadata-proxy', '--input', input, '--network', '@']
  const told = await toldIn({ folder, service, proxy })
  expect(told).toMatchObject(servers.map(({ server, name }) => ({ status: 200, told: { uuid: server, name } })))
})

inNamespaces('servers of a cloud are told their own by proxies that know nothing but their network', async () => {
  const folder = await tempFolder()
  const service = [path.join(import.meta.dirname, '../support/serve-cloud-metadata.ts'), `${folder}/services`, secret]
  const told = await toldIn({ folder, service, proxy: [main, 'metadata-proxy', '--network', '@'] })
  expect(told).toMatchObject(
    ['a', 'b'].map((network) => ({
      status: 200,
      told: { name: `server in ${network}`, hostname: `server-in-${network}.novalocal`, project_id: 'demo' },
    })),
  )
})
