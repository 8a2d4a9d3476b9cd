import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasCode } from '@novakit/core'
import { libvirt } from '../../src/rpc/index.ts'
import { describeLibvirtd, freePort, startLibvirtd, type Libvirtd } from './support/libvirtd.ts'

const run = promisify(execFile)
const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  )

/** An authority, and a certificate for the daemon and one for us that it signed. */
async function makeKeys(pki: string): Promise<void> {
  await mkdir(pki, { recursive: true })
  const openssl = (...args: string[]) => run('openssl', args, { cwd: pki })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  await openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    '-subj',
    '/CN=authority',
    '-keyout',
    'cakey.pem',
    '-out',
    'cacert.pem',
  )
  await writeFile(path.join(pki, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  for (const who of ['server', 'client']) {
    await openssl('req', '-new', ...key, '-subj', '/CN=localhost', '-keyout', `${who}key.pem`, '-out', `${who}.csr`)
    const signed = ['-CA', 'cacert.pem', '-CAkey', 'cakey.pem', '-CAcreateserial', '-extfile', 'names', '-days', '2']
    await openssl('x509', '-req', '-in', `${who}.csr`, ...signed, '-out', `${who}cert.pem`)
  }
}

describeLibvirtd('libvirt over TLS', () => {
  let daemon: Libvirtd
  let uri: string

  beforeAll(async () => {
    const tlsPort = await freePort()
    uri = `test+tls://localhost:${tlsPort}/default`
    daemon = await startLibvirtd({
      drivers: 'none',
      tlsPort,
      prepare: async (folder) => {
        await makeKeys(path.join(folder, 'pki'))
        await makeKeys(path.join(folder, 'strangers'))
      },
    })
  }, 60_000)
  afterAll(async () => daemon?.remove())

  test('is spoken with the keys in a folder that the URI names', async () => {
    await using client = await libvirt({ uri: `${uri}?pkipath=${daemon.folder}/pki` }).connect()
    expect(await client.connectGetType()).toBe('TEST')
    expect(await client.connectIsSecure()).toBe(true)
  })

  test('is spoken with keys that are handed over', async () => {
    const [ca, cert, key] = await Promise.all(
      ['cacert', 'clientcert', 'clientkey'].map((name) => readFile(`${daemon.folder}/pki/${name}.pem`)),
    )
    if (ca === undefined || cert === undefined || key === undefined) return expect.fail('there are three files')
    await using client = await libvirt({ uri, tls: { ca, cert, key } }).connect()
    expect(await client.connectGetType()).toBe('TEST')
  })

  test('is not spoken with a daemon whose certificate comes from somebody else', async () => {
    const error = await failure(libvirt({ uri: `${uri}?pkipath=${daemon.folder}/strangers` }).connect())
    expect(error).toMatchObject({
      code: 'libvirt.unreachable',
      detail: { what: expect.stringContaining('certificate') },
    })
  })

  test('is refused by the daemon to whoever has no certificate of its authority', async () => {
    const folder = `${daemon.folder}/strangers`
    const error = await failure(libvirt({ uri: `${uri}?pkipath=${folder}&no_verify=1` }).connect())
    expect(hasCode(error, 'libvirt.unreachable') || hasCode(error, 'libvirt.connection_lost')).toBe(true)
  })

  test('says which keys it misses', async () => {
    const error = await failure(libvirt({ uri: `${uri}?pkipath=/nowhere` }).connect())
    expect(error).toMatchObject({
      code: 'libvirt.unreachable',
      detail: { places: ['/nowhere/cacert.pem', '/nowhere/clientcert.pem', '/nowhere/clientkey.pem'] },
    })
  })
})
