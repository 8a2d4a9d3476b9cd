import { execFile } from 'node:child_process'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { cases } from './support/cases.ts'

const run = promisify(execFile)
const SCHEMAS = '/usr/share/libvirt/schemas'
const golden = (name: string): string => path.join(import.meta.dirname, 'goldens', `${name}.xml`)

/** libvirt's schemas and xmllint come with what tools/servers/libvirtd installs. */
const canValidate = await Promise.all([access(`${SCHEMAS}/domain.rng`), run('xmllint', ['--version'])]).then(
  () => true,
  () => process.env['CI'] === 'true',
)

const folder = await mkdtemp(path.join(os.tmpdir(), 'novakit-xml-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.for(Object.entries(cases))('%s', ([name, { document, value, schema }]) => {
  test('is written as its golden', async () => {
    await expect(document.build(value as never)).toMatchFileSnapshot(golden(name))
  })

  test('is read back as it was', () => {
    expect(document.parse(document.build(value as never))).toEqual(value)
  })

  if (schema === null) return
  test('is what the schema of libvirt allows', async ({ skip }) => {
    skip(!canValidate, 'there is no xmllint or no schemas: run tools/servers/libvirtd install')
    const file = path.join(folder, `${name}.xml`)
    await writeFile(file, document.build(value as never))
    await run('xmllint', ['--noout', '--relaxng', `${SCHEMAS}/${schema}.rng`, file])
  })
})
