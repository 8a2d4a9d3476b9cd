import { execFile } from 'node:child_process'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { designGuest, domainXml, epochIn, portsIn } from '../../src/index.ts'
import { bridgeNic, designs, input } from './support/orders.ts'

const run = promisify(execFile)
const SCHEMA = '/usr/share/libvirt/schemas/domain.rng'
const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-design-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

const canValidate = await Promise.all([access(SCHEMA), run('xmllint', ['--version'])]).then(
  () => true,
  () => process.env['CI'] === 'true',
)

describe.for(Object.entries(designs))('a guest: %s', ([name, said]) => {
  const xml = domainXml.build(designGuest(input(said)))

  test('is designed as its golden', async () => {
    await expect(xml).toMatchFileSnapshot(path.join(import.meta.dirname, 'goldens', `${name}.xml`))
  })

  test('is what the schema of libvirt allows', async ({ skip }) => {
    skip(!canValidate, 'there is no xmllint or no schemas: run tools/servers/libvirtd install')
    const file = path.join(folder, `${name}.xml`)
    await writeFile(file, xml)
    await run('xmllint', ['--noout', '--relaxng', SCHEMA, file])
  })

  test('tells its epoch and its ports to whoever finds it', () => {
    const { metadata } = domainXml.parse(xml)
    expect(epochIn(metadata)).toBe(7)
    expect(portsIn(metadata)).toEqual((said.nics ?? [bridgeNic]).map(({ port }) => port))
  })
})
