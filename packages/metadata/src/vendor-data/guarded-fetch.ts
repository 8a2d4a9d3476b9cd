import { lookup } from 'node:dns/promises'
import { request as overHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as overHttps } from 'node:https'
import { isIP } from 'node:net'
import { seconds, systemClock, type Clock, type Millis } from '@novakit/core/vocabulary'
import { reachable } from './forbidden-networks.ts'
import { vendorDataErrors } from './errors.ts'

export interface GuardedRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/**
 * Asks one server once. Whatever goes wrong is `vendor_data.unavailable`: which addresses answer, refuse or keep silent
 * is not for whoever chose the URL. The cause is in `detail`, for the operator.
 */
export type GuardedFetch = (request: GuardedRequest) => Promise<Uint8Array>

export interface GuardedFetchOptions {
  /** Private networks and addresses (`10.20.0.0/16`) that may be reached all the same. Default none. */
  readonly allowNetworks?: readonly string[]
  /** From the first question to the last byte. Default 5 s. */
  readonly timeout?: Millis
  /** Of the answer. Default 64 KiB. */
  readonly maxBytes?: number
  readonly clock?: Clock
  /** Every address of a name. Default: the machine's resolver. */
  resolve?(name: string): Promise<readonly string[]>
}

type Guard = Required<Omit<GuardedFetchOptions, 'allowNetworks'>> & { readonly mayReach: (address: string) => boolean }

/**
 * The one way to a URL that somebody wrote into a configuration: http and https alone, no credentials in it, no
 * redirects, no private address unless allowed, and the address that was checked is the one connected to, so that a
 * name cannot change its mind in between.
 */
export function guardedFetch(options: GuardedFetchOptions = {}): GuardedFetch {
  const guard: Guard = {
    timeout: options.timeout ?? seconds(5),
    maxBytes: options.maxBytes ?? 64 * 1024,
    clock: options.clock ?? systemClock,
    resolve: options.resolve ?? addressesOf,
    mayReach: reachable(options.allowNetworks ?? []),
  }
  return async (request) => {
    const late = new AbortController()
    const cancel = guard.clock.after(guard.timeout, () => late.abort(new Error('it took too long')))
    try {
      return await withSignal(ask(guard, request, late.signal), late.signal)
    } catch (cause) {
      throw vendorDataErrors.unavailable({}, { cause, detail: { text: String(cause) } })
    } finally {
      cancel()
    }
  }
}

/** What is allowed of a URL before anything is asked. Null: all is well. */
export function wrongUrl(text: string): string | null {
  if (!URL.canParse(text)) return 'it is no URL'
  const { protocol, username, password } = new URL(text)
  if (protocol !== 'http:' && protocol !== 'https:') return 'it is neither http nor https'
  return username === '' && password === '' ? null : 'it has credentials in it'
}

async function ask(guard: Guard, request: GuardedRequest, signal: AbortSignal): Promise<Uint8Array> {
  const wrong = wrongUrl(request.url)
  if (wrong !== null) throw new Error(wrong)
  const url = new URL(request.url)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) === 0 ? await guard.resolve(host) : [host]
  const [address] = addresses
  if (address === undefined || !addresses.every(guard.mayReach)) throw new Error('its address may not be reached')
  signal.throwIfAborted()
  const response = await send(url, request, address, signal)
  const { statusCode = 0 } = response
  if (statusCode < 200 || statusCode > 299 || response.headers['content-encoding'] !== undefined) {
    response.destroy()
    throw new Error(`it answered ${statusCode}`)
  }
  return bodyOf(response, guard.maxBytes)
}

function send(url: URL, request: GuardedRequest, address: string, signal: AbortSignal): Promise<IncomingMessage> {
  const family = isIP(address)
  const options: RequestOptions = {
    method: request.method,
    headers: { ...request.headers, 'accept-encoding': 'identity' },
    agent: false,
    signal,
    lookup: (_, asked, done) => (asked.all === true ? done(null, [{ address, family }]) : done(null, address, family)),
  }
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? overHttps : overHttp)(url, options, resolve)
    sent.on('error', reject)
    sent.end(request.body)
  })
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    // Leaving the loop closes the connection.
    if (size > maxBytes) throw new Error(`it answered more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A resolver cannot be interrupted; it need not be waited for either. */
function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    work.then(resolve, reject)
  })
}

async function addressesOf(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address)
}
