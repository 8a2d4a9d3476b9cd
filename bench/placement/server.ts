import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import path from 'node:path'
import type { Hold } from './hold-meter.ts'

export interface PlacementServer {
  /** @returns the body, taken for JSON @throws where the status is 300 or more, or not `expected` */
  send(method: string, path: string, body?: unknown, expected?: number): Promise<any>
  /** CPU that its process has used so far, in milliseconds. */
  cpu(): Promise<number>
  /** The longest time without a turn of its event loop since this was last asked. */
  longestHold(): Promise<Hold>
  stop(): Promise<void>
}

/**
 * The command line's own server, in a process whose CPU can be told from that of its clients.
 * @param isMetered whether it watches its event loop, which costs it some CPU
 */
export async function startServer(database: string, isMetered = false): Promise<PlacementServer> {
  const program = path.join(import.meta.dirname, '../../packages/novakit/src/cli/main.ts')
  const meter = path.join(import.meta.dirname, 'metered.ts')
  const node = ['--conditions=novakit-source', ...(isMetered ? ['--import', meter] : [])]
  const args = [...node, program, 'placement', '--port', '0', '--auth', 'noauth2', '--database', database]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const { stdout } = child
  if (stdout === null) throw new Error('The server has no output.')
  const [line] = (await once(stdout, 'data')) as [Buffer]
  const url = /http:\S+/.exec(String(line))?.[0]
  if (url === undefined) throw new Error(`The server said: ${String(line)}`)
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
  return {
    send: (method, to, body, expected) => send(agent, method, url + to, body, expected),
    cpu: () => cpuOf(child.pid ?? 0),
    longestHold: async () => {
      child.send('longest')
      const [hold] = (await once(child, 'message')) as [Hold]
      return hold
    },
    stop: async () => {
      agent.destroy()
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

function send(agent: http.Agent, method: string, url: string, body: unknown, expected?: number): Promise<any> {
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
        const status = response.statusCode ?? 500
        if (expected === undefined ? status < 300 : status === expected) resolve(text === '' ? null : JSON.parse(text))
        else reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`))
      })
    })
    request.on('error', reject)
    request.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
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
