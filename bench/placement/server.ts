import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import path from 'node:path'

export interface PlacementServer {
  /** @returns the body, taken for JSON */
  send(method: string, path: string, body?: unknown): Promise<any>
  /** CPU that its process has used so far, in milliseconds. */
  cpu(): Promise<number>
  stop(): Promise<void>
}

/** The command line's own server, in a process whose CPU can be told from that of its clients. */
export async function startServer(database: string): Promise<PlacementServer> {
  const program = path.join(import.meta.dirname, '../../packages/novakit/src/cli/main.ts')
  const args = ['--conditions=novakit-source', program, 'placement', '--port', '0', '--auth', 'noauth2']
  const child = spawn(process.execPath, [...args, '--database', database], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const url = /http:\S+/.exec(String(line))?.[0]
  if (url === undefined) throw new Error(`The server said: ${String(line)}`)
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
  return {
    send: (method, to, body) => send(agent, method, url + to, body),
    cpu: () => cpuOf(child.pid ?? 0),
    stop: async () => {
      agent.destroy()
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

function send(agent: http.Agent, method: string, url: string, body: unknown): Promise<any> {
  const headers = {
    'x-auth-token': 'admin',
    accept: 'application/json',
    'openstack-api-version': 'placement 1.39',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if ((response.statusCode ?? 500) < 300) resolve(text === '' ? null : JSON.parse(text))
        else reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`))
      })
    })
    request.on('error', reject)
    request.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** As the kernel counts it (proc(5), `stat`). */
async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return ((Number(user) + Number(system)) * 1000) / ticks()
}

let perSecond = 0

function ticks(): number {
  perSecond ||= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  return perSecond
}
