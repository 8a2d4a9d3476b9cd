import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface TestProxy {
  /** Where clients reach the server through it. */
  readonly url: string
  /** The next COMMIT breaks the connection: before it reaches the server, or before its answer reaches the client. */
  cutCommit(when: 'before' | 'after'): void
  /** Breaks all connections, and refuses new ones. */
  refuse(): void
  /** Keeps all connections, and lets nothing through any more. */
  stall(): void
  /** As at the beginning. What was broken or stalled stays so. */
  heal(): void
}

/** The word alone: not that of `read committed`, nor of `autocommit`. */
const COMMIT = /(?<![a-z])commit(?![a-z])/i

/** A wire to a server that can be cut; gone with the test. */
export async function testProxy(to: string): Promise<TestProxy> {
  const target = new URL(to)
  const open = new Set<Socket>()
  let cut: 'before' | 'after' | null = null
  let refusing = false
  const stalled = new WeakSet<Socket>()

  const server = createServer((client) => {
    if (refusing) return void client.destroy()
    const upstream = connect(Number(target.port), target.hostname)
    let dropsAnswer = false
    const end = (): void => [client, upstream].forEach((socket) => void socket.destroy())
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', end).on('close', () => {
        open.delete(socket)
        end()
      })
    }
    client.on('data', (chunk: Buffer) => {
      if (stalled.has(client)) return
      if (cut !== null && COMMIT.test(chunk.toString('latin1'))) {
        const when = cut
        cut = null
        if (when === 'before') return end()
        dropsAnswer = true
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      if (dropsAnswer) end()
      else if (!stalled.has(client)) client.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  const url = new URL(to)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    cutCommit: (when) => {
      cut = when
    },
    refuse: () => {
      refusing = true
      for (const socket of open) socket.destroy()
    },
    stall: () => {
      for (const socket of open) stalled.add(socket)
    },
    heal: () => {
      refusing = false
      cut = null
    },
  }
}
