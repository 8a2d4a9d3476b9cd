import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { hasCode, nextRound, problemOf, seconds, systemClock, type Log } from '@novakit/core/vocabulary'
import { answer, contentAtHand, isPieces } from './answer.ts'
import { requestErrors } from './errors.ts'
import type { FetchHandler } from './fetch-handler.ts'
import { reasonOf } from './status.ts'
import { toRequest } from './to-request.ts'

export interface ServeOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly log: Log
  /**
   * Bytes of a request's body. Of a longer one a handler learns when it asks for it (`request.body_too_large`), and if it
   * does not say how that is answered, it is 413. 1 MiB unless given.
   */
  readonly maxBody?: number
}

export interface HttpServer {
  /** `http://127.0.0.1:8778` */
  readonly url: string
  readonly port: number
  /**
   * Takes nothing new, gives what a handler has five seconds to be answered, and resolves when the last connection is
   * closed. A request that is not whole yet is not waited for.
   */
  close(): Promise<void>
}

const MIB = 1024 * 1024

const GRACE = seconds(5)

/** The sockets of a server, and the requests that its handler has. */
interface Traffic {
  readonly sockets: Set<Socket>
  readonly handled: Set<IncomingMessage>
}

/** Puts a handler on a socket. @throws what listening throws: the port is taken, the address is not ours */
export async function serve(handler: FetchHandler, options: ServeOptions): Promise<HttpServer> {
  const { log, maxBody = MIB } = options
  const traffic: Traffic = { sockets: new Set(), handled: new Set() }
  let closed: Promise<void> | null = null
  const server = createServer({ noDelay: true }, (incoming, outgoing) => {
    outgoing.on('close', () => {
      traffic.handled.delete(incoming)
      if (closed !== null) server.closeIdleConnections()
    })
    const handed: FetchHandler = (request, connection) => {
      traffic.handled.add(incoming)
      return handler(request, connection)
    }
    handle(handed, incoming, outgoing, maxBody).catch((error: unknown) => {
      log.error('A request failed', { problem: problemOf(error) })
      if (outgoing.headersSent) outgoing.destroy()
      else outgoing.writeHead(500).end()
    })
  })
  server.on('clientError', refuse)
  server.on('connection', (socket: Socket) => {
    traffic.sockets.add(socket)
    socket.on('close', () => traffic.sockets.delete(socket))
  })
  await listen(server, options)
  const { port } = server.address() as AddressInfo
  return { url: `http://${hostIn(options.host)}:${port}`, port, close: () => (closed ??= close(server, traffic)) }
}

/** What is no HTTP, or says of its own length what is no number: no handler could be given that. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const lengthIsWrong = error.code === 'HPE_INVALID_CONTENT_LENGTH'
  const detail = lengthIsWrong ? 'content-length header must be an integer' : 'the request is not HTTP/1.1'
  const body = JSON.stringify({ errors: [{ status: 400, title: reasonOf(400), detail }] })
  const head = ['HTTP/1.1 400 Bad Request', 'content-type: application/json', `content-length: ${body.length}`]
  socket.end([...head, 'connection: close', '', body].join('\r\n'))
}

function hostIn(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function listen(server: Server, { host, port }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

function close(server: Server, { sockets, handled }: Traffic): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = systemClock.after(GRACE, () => server.closeAllConnections())
    server.close((error) => {
      cancel()
      if (error === undefined) resolve()
      else reject(error)
    })
    const awaited = new Set([...handled].map((incoming) => incoming.socket))
    for (const socket of sockets) if (!awaited.has(socket)) socket.destroy()
  })
}

async function handle(
  handler: FetchHandler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  maxBody: number,
): Promise<void> {
  const request = await toRequest(incoming, maxBody)
  if (request === 'unusable') {
    outgoing.writeHead(400, { connection: 'close' }).end()
    return
  }
  const info = { remoteAddress: incoming.socket.remoteAddress ?? null }
  const response = await handler(request, info).catch((error: unknown) => {
    if (hasCode(error, requestErrors.body_too_large.code)) return answer(413, null)
    throw error
  })
  await send(response, incoming, outgoing)
}

async function send(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { status, headers } = response
  const content = contentAtHand(response) ?? (response.body === null ? '' : Buffer.from(await response.arrayBuffer()))
  const fields: string[] = []
  for (const [name, value] of headers) fields.push(name, value)
  if (status !== 204 && status !== 304 && !headers.has('content-length')) {
    fields.push('content-length', String(isPieces(content) ? await lengthOf(content) : Buffer.byteLength(content)))
  }
  const shown = incoming.method === 'HEAD' ? '' : content
  if (!incoming.complete) {
    outgoing.writeHead(status, [...fields, 'connection', 'close'])
    outgoing.write(isPieces(shown) ? shown.join('') : shown)
    await leftOver(incoming)
    outgoing.end()
    return
  }
  outgoing.writeHead(status, fields)
  if (isPieces(shown)) await sendPieces(shown, outgoing)
  else if (shown.length === 0) outgoing.end()
  else outgoing.end(shown)
}

/**
 * The rest of a body that is too long, which nobody keeps. A client that is cut off while it still sends would never
 * read what it was answered.
 */
function leftOver(incoming: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const cancel = systemClock.after(GRACE, resolve)
    incoming.on('close', () => {
      cancel()
      resolve()
    })
    incoming.resume()
  })
}

/** Others have their turn in between: a long answer is encoded and sent piece by piece. */
async function sendPieces(pieces: readonly string[], outgoing: ServerResponse): Promise<void> {
  for (const piece of pieces) {
    if (outgoing.destroyed) return
    if (!outgoing.write(piece)) await drained(outgoing)
    await nextRound()
  }
  outgoing.end()
}

/** Whoever closes the connection lets go of the rest. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done).off('close', done)
      resolve()
    }
    outgoing.on('drain', done).on('close', done)
  })
}

async function lengthOf(pieces: readonly string[]): Promise<number> {
  let bytes = 0
  for (const [at, piece] of pieces.entries()) {
    bytes += Buffer.byteLength(piece)
    if (at % 100 === 99) await nextRound()
  }
  return bytes
}
