import { once } from 'node:events'
import net from 'node:net'

const KEEPALIVE = 0x6b_65_65_70

/** Between an agent and its daemon: lets so many calls through, and then does something. */
export interface KillingProxy {
  readonly socket: string
  /** Counts from now on. `before`: the last call does not reach the daemon; `after`: only its answer is withheld. */
  arm(calls: number, when: 'before' | 'after', kill: () => void): void
  close(): Promise<void>
}

export async function killingProxy(socket: string, upstream: string): Promise<KillingProxy> {
  let left = Number.POSITIVE_INFINITY
  let when: 'before' | 'after' = 'before'
  let kill = (): void => undefined
  const sockets = new Set<net.Socket>()
  const server = net.createServer((agent) => {
    const daemon = net.connect(upstream)
    for (const each of [agent, daemon]) {
      sockets.add(each)
      each.on('error', () => undefined)
    }
    let withheld = false
    const split = frames((frame) => {
      if (withheld) return
      if (isCall(frame) && --left === 0) {
        withheld = true
        if (when === 'before') return kill()
        daemon.once('data', () => kill())
      }
      daemon.write(frame)
    })
    agent.on('data', split)
    daemon.on('data', (data) => (withheld ? undefined : agent.write(data)))
    agent.on('close', () => daemon.destroy())
    daemon.on('close', () => agent.destroy())
  })
  server.listen(socket)
  await once(server, 'listening')
  return {
    socket,
    arm: (calls, moment, act) => {
      left = calls
      when = moment
      kill = act
    },
    close: async () => {
      for (const each of sockets) each.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Length, program, version, procedure, type …, four bytes each. */
function isCall(frame: Buffer): boolean {
  return frame.readUInt32BE(4) !== KEEPALIVE && frame.readUInt32BE(16) === 0
}

function frames(take: (frame: Buffer) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (data) => {
    rest = Buffer.concat([rest, data])
    while (rest.length >= 4 && rest.length >= rest.readUInt32BE(0)) {
      const length = rest.readUInt32BE(0)
      take(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
  }
}
