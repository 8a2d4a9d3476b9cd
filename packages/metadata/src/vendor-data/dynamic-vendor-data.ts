import { problemOf, silentLog, type FirstBootInput, type Json, type Log } from '@novakit/core/vocabulary'
import { isTooDeep } from '../build/check-input.ts'
import type { DynamicVendorData } from '../service/guest.ts'
import { vendorDataErrors } from './errors.ts'
import { guardedFetch, wrongUrl, type GuardedFetch } from './guarded-fetch.ts'

export interface DynamicVendorDataOptions {
  /** `name@url`, as Nova writes them (`vendordata_dynamic_targets`). */
  readonly targets: readonly string[]
  /** Default: one that reaches public addresses alone. */
  readonly fetch?: GuardedFetch
  /** A service token, sent to the targets as `X-Auth-Token`. */
  token?(): Promise<string>
  /** Default false, as Nova: a service that does not answer has said nothing. */
  readonly failureIsFatal?: boolean
  readonly log?: Log
}

interface Target {
  readonly name: string
  readonly url: string
}

/**
 * Asks services what they have to say of a server, all at once (nova/api/metadata/vendordata_dynamic.py).
 * @throws `vendor_data.invalid_target` at once; later, if failures are fatal, `vendor_data.unavailable`
 */
export function dynamicVendorData(options: DynamicVendorDataOptions): DynamicVendorData {
  const { fetch = guardedFetch(), failureIsFatal = false, log = silentLog } = options
  const targets = targetsOf(options.targets)
  return async (input) => {
    const body = JSON.stringify(questionOf(input))
    const token = await options.token?.()
    const answers = await Promise.all(
      targets.map(async ({ name, url }): Promise<[string, Json]> => {
        try {
          return [name, answerOf(await fetch({ url, method: 'POST', headers: headersFor(token), body }))]
        } catch (error) {
          log.warn('A service of vendor data failed', { name, problem: problemOf(error) })
          if (failureIsFatal) throw error
          return [name, {}]
        }
      }),
    )
    return Object.fromEntries(answers)
  }
}

function targetsOf(texts: readonly string[]): readonly Target[] {
  const targets = texts.map((text) => {
    const at = text.indexOf('@')
    return { name: text.slice(0, Math.max(at, 0)), url: text.slice(at + 1) }
  })
  for (const [index, { name, url }] of targets.entries()) {
    const wrong =
      targets.findIndex((other) => other.name === name) === index ? wrongTarget(name, url) : 'it comes twice'
    if (wrong !== null) throw vendorDataErrors.invalid_target({ what: `number ${index + 1} cannot be used: ${wrong}` })
  }
  return targets
}

function wrongTarget(name: string, url: string): string | null {
  if (name === '' || /\p{Cc}/u.test(name)) return 'it has no name'
  return name === 'static' ? 'its name is taken' : wrongUrl(url)
}

function headersFor(token: string | undefined): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': 'openstack-nova-vendordata',
    ...(token === undefined ? {} : { 'x-auth-token': token }),
  }
}

/** The password is not among it. */
function questionOf(input: FirstBootInput): Json {
  return {
    'project-id': input.project,
    'instance-id': input.server,
    'image-id': input.image?.id ?? null,
    'user-data': input.userData === null ? null : Buffer.from(input.userData).toString('base64'),
    hostname: input.hostname,
    metadata: input.metadata,
    'boot-roles': '',
  }
}

function answerOf(bytes: Uint8Array): Json {
  if (bytes.length === 0) return {}
  const answer = parsed(bytes)
  if (answer === undefined || isTooDeep(answer)) {
    throw vendorDataErrors.unavailable({}, { detail: { text: 'it answered no JSON, or JSON nested too deep' } })
  }
  return answer
}

function parsed(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json
  } catch {
    return undefined
  }
}
