import type { ApiDeps } from '../deps.ts'
import type { KeyPair } from '../../domain/key-pair/key-pair.ts'
import type { NovakitError } from '../../domain/error.ts'
import type { PolicyTarget } from '../../ports/policy.ts'
import type { RequestContext } from '../../domain/context/request-context.ts'
import type { UserId } from '../../domain/ids.ts'
import { authorize } from '../authorize.ts'
import { charge, giveBack } from '../../storage/global/quotas.ts'
import { deleteKeyPair, findKeyPair, insertKeyPair, listKeyPairs } from '../../storage/global/key-pairs.ts'
import { id } from '../../domain/ids.ts'
import { keyPairErrors } from '../../domain/key-pair/errors.ts'
import { keyPairQuery, newKeyPair, ofUser, type KeyPairQuery, type NewKeyPair, type OfUser } from './input.ts'
import { makeSshKey, takeKey } from './key-material.ts'
import { namedUuid } from '../../system/ids.ts'
import { parse } from '../parse.ts'
import { reference } from '../fields.ts'

/**
 * Public keys of users: they belong to no project. Every verb throws `policy.forbidden` for keys of another user, and
 * `key_pair.invalid` for what it cannot read.
 */
export interface KeyPairVerbs {
  /** Takes a public key, or makes a key. @throws `key_pair.exists`, `quota.exceeded` */
  create(keyPair: NewKeyPair): Promise<CreatedKeyPair>
  /** @throws `key_pair.not_found` */
  get(name: string, of?: OfUser): Promise<KeyPair>
  /** By name. A page that is full may have another after its last name. */
  list(query?: KeyPairQuery): Promise<readonly KeyPair[]>
  /** Servers keep the keys that they were made with. @throws `key_pair.not_found` */
  delete(name: string, of?: OfUser): Promise<void>
}

export interface CreatedKeyPair extends KeyPair {
  /** In OpenSSH's format, where the key was made here: shown this once and stored nowhere. */
  readonly privateKey: string | null
}

export function keyPairVerbs(deps: ApiDeps, context: RequestContext): KeyPairVerbs {
  const { global, policy, secrets } = deps
  const owner = (user: string | undefined): UserId => (user === undefined ? context.user : id<UserId>(user))
  const allow = (rule: string, of?: { readonly user?: unknown }): void =>
    authorize(policy, rule, context, targetOf(context, of))
  return {
    create: async (input) => {
      allow('key_pairs:create', input)
      const { name, type, publicKey, user } = parse(newKeyPair, input, invalid)
      const { privateKey, ...key } = publicKey === undefined ? makeSshKey(secrets) : takeKey(type, publicKey)
      return global.write(async (tx) => {
        const keyPair: KeyPair = { name, type, user: owner(user), ...key, createdAt: await tx.now() }
        if (!(await insertKeyPair(tx, keyPair))) throw keyPairErrors.exists({ name })
        const subject = subjectOf(keyPair.user, name)
        await charge(tx, { subject, project: context.project, user: keyPair.user, amounts: { key_pairs: 1 } })
        return { ...keyPair, privateKey }
      })
    },
    get: async (name, of = {}) => {
      allow('key_pairs:get', of)
      const wanted = parse(reference, name, invalid, 'name')
      const { user } = parse(ofUser, of, invalid)
      const keyPair = await global.read((tx) => findKeyPair(tx, owner(user), wanted))
      if (keyPair === null) throw keyPairErrors.not_found({ name: wanted })
      return keyPair
    },
    list: async (query = {}) => {
      allow('key_pairs:list', query)
      const { user, ...page } = parse(keyPairQuery, query, invalid)
      return global.read((tx) => listKeyPairs(tx, owner(user), page))
    },
    delete: async (name, of = {}) => {
      allow('key_pairs:delete', of)
      const wanted = parse(reference, name, invalid, 'name')
      const { user } = parse(ofUser, of, invalid)
      await global.write(async (tx) => {
        if (!(await deleteKeyPair(tx, owner(user), wanted))) throw keyPairErrors.not_found({ name: wanted })
        await giveBack(tx, subjectOf(owner(user), wanted))
      })
    },
  }
}

/** Whose keys are meant, as far as it can be told before the input is read. */
function targetOf(context: RequestContext, of: { readonly user?: unknown } | null | undefined): PolicyTarget {
  return { project: context.project, user: typeof of?.user === 'string' ? of.user : context.user }
}

/** What the quota is charged for. */
function subjectOf(user: UserId, name: string): string {
  return namedUuid('key_pair', user, name)
}

function invalid(what: string): NovakitError {
  return keyPairErrors.invalid({ what })
}
