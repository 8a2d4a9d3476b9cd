import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RequestContext } from '../../src/domain/context/request-context.ts'
import { admin, caller, member, reader, stand, stranger, TEN_MEGABYTES, type Stand } from './stand.ts'
import { CERTIFICATE, DSA, ECDSA_256, ECDSA_521, ED25519, RSA } from './public-keys.ts'
import { joinFields } from '../../src/system/ssh-wire.ts'
import { keyPairVerbs, type KeyPairVerbs } from '../../src/api/key-pairs/key-pair-verbs.ts'
import { quotaVerbs } from '../../src/api/quotas/quota-verbs.ts'

const as = ({ deps }: Stand, who: RequestContext): KeyPairVerbs => keyPairVerbs(deps, who)

const used = async ({ deps }: Stand, user: string): Promise<number | undefined> =>
  (await quotaVerbs(deps, admin).get('ours', { user })).find(({ resource }) => resource === 'key_pairs')?.used

const line = (type: string, ...fields: readonly (Uint8Array | string)[]): string =>
  `${type} ${joinFields(...fields).toString('base64')}`

describe('key pairs: a key that is brought', () => {
  it.each([
    ['Ed25519', ED25519],
    ['RSA', RSA],
    ['ECDSA of 256 bits', ECDSA_256],
    ['ECDSA of 521 bits', ECDSA_521],
  ])('is taken, with the fingerprint that ssh-keygen shows: %s', async (_, { line: publicKey, fingerprint }) => {
    const here = await stand()
    const created = await as(here, member).create({ name: 'mine', publicKey: ` ${publicKey}\n` })
    const expected = { name: 'mine', user: 'ann', type: 'ssh', publicKey, fingerprint, createdAt: here.clock.now() }
    expect(created).toEqual({ ...expected, privateKey: null })
    expect(await as(here, member).get('mine')).toEqual(expected)
  })

  it('may be one on a security key', async () => {
    const ed25519 = line('sk-ssh-ed25519@openssh.com', 'sk-ssh-ed25519@openssh.com', new Uint8Array(32), 'ssh:')
    expect(await as(await stand(), member).create({ name: 'sk', publicKey: ed25519 })).toMatchObject({ type: 'ssh' })
  })

  it('may be a certificate, with the fingerprint that openssl shows', async () => {
    const keyPairs = as(await stand(), member)
    const created = await keyPairs.create({ name: 'c', type: 'x509', publicKey: CERTIFICATE.pem })
    expect(created).toMatchObject({ type: 'x509', fingerprint: CERTIFICATE.fingerprint, privateKey: null })
  })

  it.each([
    ['nothing', '', 'publicKey must not be empty.'],
    ['ten megabytes', TEN_MEGABYTES, 'publicKey must have at most 16384 characters.'],
    ['a word', 'x', 'publicKey must begin with a type'],
    ['a DSA key', DSA, 'publicKey must begin with a type'],
    ['a type that names a part of an object', 'constructor AAAA', 'publicKey must begin with a type'],
    ['a type alone', 'ssh-rsa', 'publicKey must have the key in base64 after its type.'],
    ['two keys', `${ED25519.line}\n${RSA.line}`, 'publicKey must be one line.'],
    ['options before the type', `no-pty ${ED25519.line}`, 'publicKey must begin with a type'],
    ['base64 with something in it', ED25519.line.replace('AIAh', 'AI!Ah'), 'publicKey must have the key in base64'],
    ['base64 cut short', ED25519.line.replace('/3L', ''), 'publicKey must have the key in base64'],
    ['a key of another type', ED25519.line.replace('ssh-ed25519', 'ssh-rsa'), 'publicKey names one type and holds'],
    ['a key cut short', line('ssh-ed25519', 'ssh-ed25519', new Uint8Array(31)), 'does not hold a whole key'],
    ['a key and more', line('ssh-ed25519', 'ssh-ed25519', new Uint8Array(32), ''), 'does not hold a whole key'],
    ['lengths that lie', `ssh-ed25519 ${Buffer.from([0, 0, 1, 0, 1]).toString('base64')}`, 'does not hold a whole key'],
    ['an RSA key of 512 bits', line('ssh-rsa', 'ssh-rsa', '\x03', new Uint8Array(64).fill(9)), 'does not hold a whole'],
    ['an RSA key below nought', line('ssh-rsa', 'ssh-rsa', '\x03', new Uint8Array(128).fill(0x80)), 'not hold a whole'],
    ['the point of another curve', ECDSA_256.line.replace('AIbmlzdHAyNTY', 'AIbmlzdHA1MjE'), 'does not hold a whole'],
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nabc', 'publicKey must be one line.'],
    ['a number', 5, 'publicKey must be text.'],
  ])('is refused in one short sentence where it is %s', async (_, publicKey, sentence) => {
    const keyPairs = as(await stand(), member)
    const thrown = await keyPairs.create({ name: 'k', publicKey: publicKey as string }).catch((error: unknown) => error)
    expect(thrown).toMatchObject({ code: 'key_pair.invalid', message: expect.stringContaining(sentence) })
    expect((thrown as Error).message.length).toBeLessThan(340)
    expect(await keyPairs.list()).toEqual([])
  })

  it.each([
    ['an SSH key', ED25519.line],
    ['two certificates', CERTIFICATE.pem + CERTIFICATE.pem],
    ['a certificate with a letter changed', CERTIFICATE.pem.replace('MIIB', 'MIIC')],
    ['something in front', `x${CERTIFICATE.pem}`],
  ])('is refused as a certificate where it is %s', async (_, publicKey) => {
    const created = as(await stand(), member).create({ name: 'c', type: 'x509', publicKey })
    await expect(created).rejects.toThrow('publicKey must be one certificate in PEM.')
  })
})

describe('key pairs: a key that is made', () => {
  it('is shown once, and only its public half is kept', async () => {
    const here = await stand()
    const made = await as(here, member).create({ name: 'made' })
    expect(made.publicKey).toMatch(/^ssh-ed25519 [\w+/=]{68} Generated-by-novakit$/)
    expect(made.privateKey).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n([\w+/=]{1,70}\n)+-----END/)
    const { privateKey: _, ...kept } = made
    expect(await as(here, member).get('made')).toEqual(kept)
  })

  it('is never made twice', async () => {
    const keyPairs = as(await stand(), member)
    const made = await Promise.all(Array.from({ length: 8 }, (_, at) => keyPairs.create({ name: `k${at}` })))
    expect(new Set(made.map(({ publicKey }) => publicKey)).size).toBe(8)
    expect(new Set(made.map(({ privateKey }) => privateKey)).size).toBe(8)
  })

  it('is not a certificate: those are only taken', async () => {
    const made = as(await stand(), member).create({ name: 'c', type: 'x509' })
    await expect(made).rejects.toThrow('publicKey is missing: certificates are not made here, only taken.')
  })
})

const hasSshKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined

describe.runIf(hasSshKeygen)('key pairs: as ssh-keygen reads them', () => {
  const fileWith = (text: string): string => {
    const folder = mkdtempSync(path.join(tmpdir(), 'key-pairs-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = path.join(folder, 'key')
    writeFileSync(file, text)
    chmodSync(file, 0o600)
    return file
  }
  const sshKeygen = (...words: readonly string[]): string => execFileSync('ssh-keygen', words, { encoding: 'utf8' })

  it('a key made here is a private key that gives its public key', async () => {
    const { privateKey, publicKey } = await as(await stand(), member).create({ name: 'made' })
    expect(sshKeygen('-y', '-P', '', '-f', fileWith(privateKey ?? '')).trim()).toBe(publicKey)
  })

  it('a key made here signs what its public key proves', async () => {
    const { privateKey, publicKey } = await as(await stand(), member).create({ name: 'made' })
    const letter = fileWith('a letter')
    sshKeygen('-q', '-Y', 'sign', '-n', 'file', '-f', fileWith(privateKey ?? ''), letter)
    const allowed = fileWith(`ann ${publicKey}\n`)
    const proof = ['-Y', 'verify', '-I', 'ann', '-n', 'file', '-f', allowed, '-s', `${letter}.sig`]
    const { stdout } = spawnSync('ssh-keygen', proof, { input: 'a letter', encoding: 'utf8' })
    expect(stdout).toContain('Good "file" signature for ann')
  })

  it('has the fingerprint that it has here', async () => {
    const { publicKey, fingerprint } = await as(await stand(), member).create({ name: 'made' })
    expect(sshKeygen('-l', '-E', 'md5', '-f', fileWith(publicKey))).toContain(`256 MD5:${fingerprint} `)
  })
})

describe('key pairs: names', () => {
  it.each([
    ['no name', {}, 'name is missing.'],
    ['a blank name', { name: ' ' }, 'name must have 1 to 255 characters.'],
    ['a name of ten megabytes', { name: TEN_MEGABYTES }, 'name must have 1 to 255 characters.'],
    ['a name with a slash', { name: 'a/b' }, 'name must have letters, digits, "@", ".", "_", "-" and spaces only.'],
    ['a type unknown', { name: 'a', type: 'pgp' }, 'type must be one of ssh, x509.'],
    ['an option that there is not', { name: 'a', public_key: 'x' }, 'there is no option "public_key".'],
  ])('refuses %s', async (_, input, sentence) => {
    const created = as(await stand(), member).create(input as never)
    await expect(created).rejects.toMatchObject({
      code: 'key_pair.invalid',
      message: `The key pair is not valid: ${sentence}`,
    })
  })

  it('are unique for a user, and free for another', async () => {
    const here = await stand()
    await as(here, member).create({ name: 'k' })
    await expect(as(here, member).create({ name: 'k' })).rejects.toMatchObject({ code: 'key_pair.exists' })
    expect(await used(here, 'ann')).toBe(1)
    await as(here, stranger).create({ name: 'k' })
    await as(here, member).create({ name: 'K' })
  })

  it('are given to one of many that come at once', async () => {
    const here = await stand()
    const tries = Array.from({ length: 16 }, () => as(here, member).create({ name: 'k' }))
    const answers = await Promise.allSettled(tries)
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await used(here, 'ann')).toBe(1)
  })
})

describe('key pairs: whose they are', () => {
  it('belong to a user whatever the project, and to nobody else', async () => {
    const here = await stand()
    await as(here, member).create({ name: 'k' })
    expect(await as(here, caller([], { project: 'elsewhere' })).get('k')).toMatchObject({ user: 'ann' })
    await expect(as(here, stranger).get('k')).rejects.toMatchObject({ code: 'key_pair.not_found' })
    expect(await as(here, stranger).list()).toEqual([])
    await expect(as(here, stranger).delete('k')).rejects.toMatchObject({ code: 'key_pair.not_found' })
    for (const attempt of [
      as(here, stranger).create({ name: 'x', user: 'ann' }),
      as(here, stranger).get('k', { user: 'ann' }),
      as(here, stranger).list({ user: 'ann' }),
      as(here, stranger).delete('k', { user: 'ann' }),
    ])
      await expect(attempt).rejects.toMatchObject({ code: 'policy.forbidden' })
  })

  it('are in the hands of an administrator', async () => {
    const here = await stand()
    const keyPairs = as(here, admin)
    expect(await keyPairs.create({ name: 'k', user: 'ann' })).toMatchObject({ user: 'ann' })
    expect(await as(here, reader).get('k')).toMatchObject({ user: 'ann' })
    expect(await keyPairs.get('k', { user: 'ann' })).toMatchObject({ name: 'k' })
    expect(await keyPairs.list({ user: 'ann' })).toHaveLength(1)
    await keyPairs.delete('k', { user: 'ann' })
    expect(await used(here, 'ann')).toBe(0)
  })
})

describe('key pairs: list and delete', () => {
  it('lists by name, in pages', async () => {
    const keyPairs = as(await stand(), member)
    for (const name of ['c', 'a', 'b']) await keyPairs.create({ name, publicKey: ED25519.line })
    expect((await keyPairs.list()).map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect((await keyPairs.list({ limit: 2 })).map(({ name }) => name)).toEqual(['a', 'b'])
    expect((await keyPairs.list({ limit: 2, marker: 'b' })).map(({ name }) => name)).toEqual(['c'])
    await expect(keyPairs.list({ limit: 0 })).rejects.toMatchObject({ code: 'key_pair.invalid' })
  })

  it('deletes once, and gives the quota back once', async () => {
    const here = await stand()
    const keyPairs = as(here, member)
    await keyPairs.create({ name: 'k', publicKey: ED25519.line })
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => keyPairs.delete('k')))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await used(here, 'ann')).toBe(0)
    await expect(keyPairs.get('k')).rejects.toMatchObject({ code: 'key_pair.not_found' })
    await keyPairs.create({ name: 'k', publicKey: ED25519.line })
    expect(await used(here, 'ann')).toBe(1)
  })

  it('stops at the quota of the user, however many come at once, and over all projects', async () => {
    const here = await stand()
    await quotaVerbs(here.deps, admin).set('ours', { key_pairs: 3 })
    const tries = Array.from({ length: 10 }, (_, at) =>
      as(here, member).create({ name: `k${at}`, publicKey: ED25519.line }),
    )
    const answers = await Promise.allSettled(tries)
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(await as(here, member).list()).toHaveLength(3)
    const next = as(here, member).create({ name: 'next' })
    await expect(next).rejects.toMatchObject({
      code: 'quota.exceeded',
      message: 'Quota exceeded for key_pairs: 1 asked for, 3 of 3 used.',
    })
    await quotaVerbs(here.deps, admin).set('also', { key_pairs: 3 })
    const elsewhere = as(here, caller([], { project: 'also' })).create({ name: 'next' })
    await expect(elsewhere).rejects.toMatchObject({ code: 'quota.exceeded' })
  })
})
