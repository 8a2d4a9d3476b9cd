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

const why = missing()
const told = 'guests of two networks with the same address are each told their own by a proxy in each network'

test.skipIf(why !== null)(
  why === null ? told : `${told} (skipped: no network namespaces here: ${why})`,
  { timeout: 90_000 },
  async () => {
    const folder = await tempFolder()
    const servers = ['a', 'b'].map((network, index) => ({
      server: `5b3f7a1e-6a0e-4f6c-9d51-00000000000${index}`,
      name: `guest of ${network}`,
      nics: [{ network, mac: 'fa:16:3e:9c:bf:3d', fixedIps: [{ address: '10.0.0.5', prefix: 24 }] }],
    }))
    await writeFile(path.join(folder, 'servers.json'), JSON.stringify(servers))
    await writeFile(path.join(folder, 'secret'), 'a secret of thirty-two bytes or more')
    const script = path.join(import.meta.dirname, 'two-networks.sh')
    const novakit = [process.execPath, '--conditions=novakit-source', main]
    const { stdout } = await promisify(execFile)('unshare', [...unshare, 'bash', script, folder, ...novakit], {
      env: withCompileCache(),
    })
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(answers).toMatchObject(servers.map(({ server, name }) => ({ status: 200, told: { uuid: server, name } })))
  },
)
