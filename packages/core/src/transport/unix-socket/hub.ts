import { createServer, type Server } from 'node:net'
import type { End, Role } from './end.ts'
import type { Hello, Message } from './messages.ts'
import { peer, type Peer } from './peer.ts'
import { publish } from './socket-file.ts'
import { switchboard, type Switchboard } from './switchboard.ts'

/** @throws `unix_socket.in_use`, `unix_socket.unusable` */
export async function hub(end: End): Promise<Role> {
  const board = switchboard(end)
  const peers = new Set<Peer>()
  const server = createServer((socket) => {
    const joined = peer(socket, end, {
      ready: ({ name }) => end.log.debug('A process joined the hub.', { peer: name }),
      message: (from, message) => receive(board, from, message),
      gone: (gone, why) => {
        peers.delete(gone)
        board.lose(gone)
        end.log[gone.name === null ? 'debug' : 'info']('A process left the hub.', { peer: gone.name, why })
      },
    })
    peers.add(joined)
  })
  server.on('error', (error) => end.log.warn('The hub cannot take a connection.', { why: error.message }))
  // Before anybody can ask: who finds the socket finds its listeners.
  for (const address of end.local.addresses()) board.listen('here', address)
  const withdraw = await publish(server, end.path)
  server.unref()
  board.wake()
  return {
    announce: async (address) => {
      board.listen('here', address)
      board.wake(address)
    },
    withdraw: async (address) => board.unlisten('here', address),
    dispatch: board.dispatch,
    // A hub is served by whoever runs it, and lives as long as that.
    occupied: () => undefined,
    close: async () => {
      await withdraw()
      const closed = closing(server)
      for (const one of peers) one.close('the hub closes')
      await closed
    },
  }
}

function receive(board: Switchboard, from: Peer, message: Exclude<Message, Hello>): void {
  switch (message.type) {
    case 'request':
      board.relay(from, message).catch((error: unknown) => from.close(String(error)))
      return
    case 'reply':
      return board.settle(from, message)
    case 'done':
      return from.close('it answered what nobody asked')
    case 'listen':
    case 'unlisten':
      board[message.type](from, message.address)
      from.tell({ type: 'done', seq: message.seq })
      board.wake(message.address)
  }
}

/** Resolves when the last connection has ended. */
function closing(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()))
}
