import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { parse, type Decision, type Snapshot } from '@novakit/core'
import {
  definePolicy,
  diagnose,
  dryRun,
  explain,
  filterScheduler,
  type Diagnosis,
  type PolicyOptions,
} from '@novakit/scheduler'
import { clusterFile, snapshotOf } from './cluster-file.ts'
import { decideErrors } from './errors.ts'
import { requestFile, requestsOf } from './request-file.ts'

export interface DecideOptions {
  readonly hosts: string
  readonly requests: string
  /** Absent: Nova's defaults. */
  readonly policy?: string
  readonly seed: string
  /** How many hosts are ranked. */
  readonly top: number
  /** True: each request on the same cluster; false: each on what the ones before it left. */
  readonly alone: boolean
  readonly explain: boolean
}

/** What came of one request. */
export interface Answer {
  readonly name: string
  readonly decision: Decision
  /** Of the first server, or of the first that found no place. */
  readonly ranking: Diagnosis['explanation']['ranking']
  /** For the tenant, if it was refused. */
  readonly summary: string | null
  readonly diagnosis: Diagnosis | null
}

/** @throws `decide_file.*`, `scheduler.*` */
export async function decideFiles(options: DecideOptions): Promise<readonly Answer[]> {
  const given = options.policy === undefined ? {} : await policyOf(options.policy)
  const policy = definePolicy({ ...given, rankingSize: options.top })
  const scheduler = filterScheduler(policy)
  const cluster = snapshotOf(options.hosts, await fileOf(options.hosts, clusterFile))
  const requests = requestsOf(options.requests, await fileOf(options.requests, requestFile), cluster, scheduler)
  const answers: Answer[] = []
  let world: Snapshot = cluster
  for (const { name, spec } of requests) {
    const { decision, after } = dryRun(policy, world, spec, options.seed)
    const explanation = decision.kind === 'refused' ? decision.explanation : explain(policy, world, spec, options.seed)
    answers.push({
      name,
      decision,
      ranking: explanation.ranking,
      summary: decision.kind === 'refused' ? explanation.summary : null,
      diagnosis: options.explain ? diagnose(policy, world, spec, options.seed) : null,
    })
    // As in a cloud, a request of which not all servers found a place leaves nothing behind.
    if (!options.alone && decision.kind === 'placed') world = after
  }
  return answers
}

/** What it may say is checked by the policy itself. */
async function policyOf(file: string): Promise<PolicyOptions> {
  const value = await jsonOf(file)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw decideErrors.invalid({ file, what: 'a policy is an object such as {"preset": "pack"}.' })
}

async function fileOf<Shape extends z.ZodType>(file: string, shape: Shape): Promise<z.output<Shape>> {
  return parse(shape, await jsonOf(file), (what) => decideErrors.invalid({ file, what }))
}

async function jsonOf(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw decideErrors.unreadable({ file, what: cause.code ?? 'it is no file' }, { cause })
  })
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw decideErrors.unreadable(
      { file, what: `it is no JSON (${String((cause as Error).message).slice(0, 200)})` },
      { cause },
    )
  }
}
