import { readFile } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import tls from 'node:tls'
import { libvirtErrors } from '../errors.ts'
import type { Endpoint } from '../client/uri.ts'

/** PEM texts; `ca` is who the daemon's certificate must come from. */
export interface TlsKeys {
  readonly ca: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
}

/** Opens a socket. @throws `libvirt.unreachable` with the cause, `libvirt.cancelled` */
export async function dial(endpoint: Endpoint, keys: TlsKeys | null, signal: AbortSignal): Promise<net.Socket> {
  if (signal.aborted) throw cancelled()
  switch (endpoint.kind) {
    case 'unix':
      return opened(net.connect({ path: endpoint.path }), 'connect', signal)
    case 'tcp':
      return opened(
        net.connect({ host: endpoint.host, port: endpoint.port, noDelay: true, keepAlive: true }),
        'connect',
        signal,
      )
    case 'tls':
      return dialTls(endpoint, keys ?? (await keysOf(endpoint.pki)), signal)
  }
}

async function dialTls(endpoint: Endpoint & { kind: 'tls' }, keys: TlsKeys, signal: AbortSignal): Promise<net.Socket> {
  const socket = tls.connect({
    ...keys,
    host: endpoint.host,
    port: endpoint.port,
    servername: net.isIP(endpoint.host) === 0 ? endpoint.host : '',
    rejectUnauthorized: endpoint.verify,
    minVersion: 'TLSv1.2',
  })
  socket.setNoDelay(true).setKeepAlive(true)
  await opened(socket, 'secureConnect', signal)
  return welcomed(socket, signal)
}

/** After the handshake the daemon looks at our certificate, and says with one byte whether it lets us in. */
async function welcomed(socket: tls.TLSSocket, signal: AbortSignal): Promise<net.Socket> {
  const first = await new Promise<number | null>((resolve) => {
    const done = (value: number | null) => {
      socket.off('readable', onReadable).off('close', onClose)
      signal.removeEventListener('abort', onClose)
      resolve(value)
    }
    const onReadable = () => {
      const byte = socket.read(1) as Buffer | null
      if (byte !== null) done(byte[0] ?? null)
    }
    const onClose = () => done(null)
    socket.on('readable', onReadable).once('close', onClose)
    signal.addEventListener('abort', onClose)
  })
  if (first === 1) return socket
  socket.destroy()
  throw libvirtErrors.unreachable({}, { detail: { what: 'the daemon does not accept our certificate' } })
}

function opened<S extends net.Socket>(socket: S, ready: 'connect' | 'secureConnect', signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      settle()
      socket.destroy()
      reject(libvirtErrors.unreachable({}, { cause, detail: { what: cause.message } }))
    }
    const abort = () => {
      settle()
      socket.destroy()
      reject(cancelled())
    }
    const settle = () => {
      socket.off('error', fail).off(ready, succeed)
      signal.removeEventListener('abort', abort)
      // What comes after the socket was given up has nobody to go to.
      socket.on('error', () => undefined)
    }
    const succeed = () => {
      settle()
      resolve(socket)
    }
    socket.once('error', fail).once(ready, succeed)
    signal.addEventListener('abort', abort)
  })
}

async function keysOf(pki: string | null): Promise<TlsKeys> {
  const places =
    pki === null
      ? ['/etc/pki/CA/cacert.pem', '/etc/pki/libvirt/clientcert.pem', '/etc/pki/libvirt/private/clientkey.pem']
      : ['cacert.pem', 'clientcert.pem', 'clientkey.pem'].map((name) => path.join(pki, name))
  try {
    const [ca, cert, key] = await Promise.all(places.map((place) => readFile(place)))
    return { ca: ca ?? '', ...(cert && key ? { cert, key } : {}) }
  } catch (cause) {
    throw libvirtErrors.unreachable({}, { cause, detail: { what: 'the TLS keys cannot be read', places } })
  }
}

const cancelled = () => libvirtErrors.cancelled({ procedure: 'connect' })
