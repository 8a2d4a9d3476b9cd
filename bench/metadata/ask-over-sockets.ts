import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

interface Work {
  readonly port: number
  readonly requests: readonly { readonly path: string; readonly headers: Readonly<Record<string, string>> }[]
  readonly rounds: number
  readonly connections: number
}

/** Asks over a few kept connections, one request after another on each; the client's own work is next to nothing. */
const { port, requests, rounds, connections } = workerData as Work
const texts = requests.map(({ path, headers }) => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `GET ${path} HTTP/1.1\r\nhost: 169.254.169.254\r\n${lines.join('')}\r\n`
})

async function ask(socket: Socket, share: readonly string[]): Promise<void> {
  let next = 0
  let missing = 0
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const send = () => (next < share.length ? void socket.write(share[next++]!) : resolve())
  const take = (chunk: Buffer): void => {
    if (missing === 0) {
      const end = chunk.indexOf('\r\n\r\n')
      const head = chunk.toString('latin1', 0, end)
      if (!head.startsWith('HTTP/1.1 200')) return reject(new Error(head.slice(0, 60)))
      missing = end + 4 + Number(/content-length: (\d+)/i.exec(head)![1])
    }
    missing -= chunk.length
    if (missing === 0) send()
  }
  socket.on('data', take)
  send()
  await promise
  socket.removeListener('data', take)
}

const sockets = await Promise.all(
  Array.from({ length: connections }, async () => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return socket
  }),
)
const round = () =>
  Promise.all(
    sockets.map((socket, index) =>
      ask(
        socket,
        texts.filter((_, at) => at % connections === index),
      ),
    ),
  )
await round()
parentPort!.postMessage('warm')
await once(parentPort!, 'message')
for (let count = 0; count < rounds; count++) await round()
parentPort!.postMessage(requests.length * rounds)
for (const socket of sockets) socket.destroy()
parentPort!.close()
