import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { procedures, type ProcedureName } from '../../../src/rpc/procedures/index.ts'
import type { Procedure } from '../../../src/rpc/procedures/procedure.ts'
import { encodeFrame, messageType, program, status, type Frame } from '../../../src/rpc/wire/frame.ts'
import { frameSplitter } from '../../../src/rpc/wire/frame-splitter.ts'
import { remoteError } from '../../../src/rpc/wire/remote-error.ts'
import { readerOf } from '../../../src/rpc/xdr/cursor.ts'

/** What a fake daemon does with a call. */
export type Answer = (call: IncomingCall) => unknown

export interface IncomingCall {
  readonly args: unknown
  readonly frame: Frame
  readonly peer: Peer
  /** Answers later, or several times, or wrongly. */
  reply(result: unknown): void
}

export interface Peer {
  readonly socket: net.Socket
  /** Everything that came, in its order. */
  readonly frames: Frame[]
  send(bytes: Buffer): void
}

/** Returned by an {@link Answer} that replies by itself, or never. */
export const later = Symbol('later')

export class RemoteFailure extends Error {
  readonly libvirtCode: number
  constructor(libvirtCode: number, message: string) {
    super(message)
    this.libvirtCode = libvirtCode
  }
}

export interface FakeDaemon {
  readonly uri: string
  readonly peers: Peer[]
  /** What to do with calls from now on. */
  on(name: ProcedureName, answer: Answer): void
  /** Frames that are no calls: streams, signs of life. */
  onOther(handle: (frame: Frame, peer: Peer) => void): void
  close(): Promise<void>
}

const byNumber = new Map(
  Object.entries(procedures as Readonly<Record<string, Procedure>>).map(([name, procedure]) => [
    `${procedure.program}/${procedure.number}`,
    { name, procedure },
  ]),
)

/** A small peer that speaks the protocol with our own codecs, so that a test can make it speak wrongly. */
export async function fakeDaemon(options: { readonly chop?: number } = {}): Promise<FakeDaemon> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-fake-libvirt-'))
  const socketPath = path.join(folder, 'sock')
  const peers: Peer[] = []
  const answers = new Map<string, Answer>([
    ['authList', () => [0]],
    ['connectSupportsFeature', () => true],
    ['connectOpen', () => undefined],
    ['connectGetLibVersion', () => 9_000_000n],
  ])
  let other: (frame: Frame, peer: Peer) => void = () => undefined
  const server = net.createServer((socket) => {
    const peer: Peer = { socket, frames: [], send: (bytes) => sendChopped(socket, bytes, options.chop) }
    peers.push(peer)
    const splitter = frameSplitter()
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      for (const frame of splitter.push(chunk)) {
        peer.frames.push(frame)
        if (frame.type === messageType.call) take(frame, peer, answers)
        else other(frame, peer)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    uri: `test+unix:///default?socket=${socketPath}`,
    peers,
    on: (name, answer) => void answers.set(name, answer),
    onOther: (handle) => void (other = handle),
    close: async () => {
      for (const { socket } of peers) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function take(frame: Frame, peer: Peer, answers: ReadonlyMap<string, Answer>): void {
  const entry = byNumber.get(`${frame.program}/${frame.procedure}`)
  if (entry === undefined) return peer.send(failureFrame(frame, new RemoteFailure(39, 'unknown procedure: 1')))
  const { name, procedure } = entry
  const reply = (result: unknown) => peer.send(replyFrame(frame, procedure, result))
  try {
    const answer = answers.get(name)
    if (answer === undefined) throw new RemoteFailure(3, `${name} is not there`)
    const result = answer({ args: procedure.args.read(readerOf(frame.body)), frame, peer, reply })
    if (result !== later) reply(result)
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error
    peer.send(failureFrame(frame, error))
  }
}

export function replyFrame(to: Frame, procedure: Procedure, result: unknown): Buffer {
  return encodeFrame({ ...to, type: messageType.reply, status: status.ok }, (writer) =>
    procedure.result.write(writer, result),
  )
}

function failureFrame(to: Frame, failure: RemoteFailure): Buffer {
  return encodeFrame({ ...to, type: messageType.reply, status: status.error }, (writer) =>
    remoteError.write(writer, {
      code: failure.libvirtCode,
      domain: 7,
      message: failure.message,
      level: 2,
      int1: 0,
      int2: 0,
    }),
  )
}

/** A message of the remote program that nobody asked for. */
export function eventFrame(number: number, write: Parameters<typeof encodeFrame>[1]): Buffer {
  const header = { program: program.remote, procedure: number, type: messageType.event, serial: 0, status: status.ok }
  return encodeFrame(header, write)
}

/** As a network may bring it: in pieces. */
function sendChopped(socket: net.Socket, bytes: Buffer, size: number | undefined): void {
  if (size === undefined) return void socket.write(bytes)
  for (let at = 0; at < bytes.length; at += size) socket.write(bytes.subarray(at, at + size))
}
