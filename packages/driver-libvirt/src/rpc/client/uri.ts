import { libvirtErrors } from '../errors.ts'

/** Where a daemon listens. */
export type Endpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'tls'
      readonly host: string
      readonly port: number
      /** A folder with `cacert.pem`, `clientcert.pem` and `clientkey.pem`; null: libvirt's usual places. */
      readonly pki: string | null
      readonly verify: boolean
    }

/** A libvirt URI, taken apart. */
export interface Target {
  readonly endpoint: Endpoint
  /** What the daemon is asked to open: `qemu:///system`. */
  readonly name: string
}

const SOCKETS = '/var/run/libvirt'
const PORTS = { tcp: 16509, tls: 16514 } as const
/** Parameters that are for the client; the rest is passed on to the daemon's driver, as libvirt does. */
const OURS = new Set(['socket', 'pkipath', 'no_verify', 'name', 'mode', 'no_sanity', 'no_tty', 'tls_priority'])

/**
 * Reads `driver[+transport]://[host][:port]/path[?parameters]`, as libvirt's remote driver does: without a host over
 * the unix socket, with one over TLS unless `+tcp` says otherwise.
 * @param readonly asks for the read-only unix socket
 * @throws `libvirt.bad_uri`
 */
export function parseUri(uri: string, readonly = false): Target {
  const found = /^([a-z0-9]+)(?:\+([a-z0-9]+))?:\/\//.exec(uri)
  if (found === null) throw bad(`${shown(uri)} is not of the form driver[+transport]://[host]/path`)
  const [scheme, driver = '', transport] = found
  const url = parsed(`x://${uri.slice(scheme.length)}`, uri)
  const rest = new URLSearchParams([...url.searchParams].filter(([key]) => !OURS.has(key)))
  const query = rest.size === 0 ? '' : `?${rest.toString()}`
  const name = url.searchParams.get('name') ?? `${driver}://${url.pathname === '' ? '/' : url.pathname}${query}`
  return { endpoint: endpointOf(url, transport, readonly), name }
}

function endpointOf(url: URL, transport: string | undefined, readonly: boolean): Endpoint {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const kind = transport ?? (host === '' ? 'unix' : 'tls')
  switch (kind) {
    case 'unix':
      return unixEndpoint(url, host, readonly)
    case 'tcp':
      return { kind, host: host || 'localhost', port: portOf(url, PORTS.tcp) }
    case 'tls': {
      const { searchParams: given } = url
      const verify = (given.get('no_verify') ?? '0') === '0'
      return { kind, host: host || 'localhost', port: portOf(url, PORTS.tls), pki: given.get('pkipath'), verify }
    }
    default:
      throw bad(`the transport ${kind} is not there; there are unix, tcp and tls`)
  }
}

function unixEndpoint(url: URL, host: string, readonly: boolean): Endpoint {
  if (host !== '') throw bad('a unix socket has no host')
  const given = url.searchParams.get('socket')
  if (given === null && url.pathname === '/session')
    throw bad('the socket of a session daemon depends on its user: give ?socket=')
  return { kind: 'unix', path: given ?? `${SOCKETS}/libvirt-sock${readonly ? '-ro' : ''}` }
}

function portOf(url: URL, fallback: number): number {
  return url.port === '' ? fallback : Number(url.port)
}

function parsed(text: string, uri: string): URL {
  if (!URL.canParse(text)) throw bad(`${shown(uri)} is not well formed`)
  return new URL(text)
}

function shown(uri: string): string {
  return uri.replace(/\/\/[^/@]*@/, '//…@').slice(0, 100)
}

const bad = (what: string) => libvirtErrors.bad_uri({ what })
